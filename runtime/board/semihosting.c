/*
 * Semihosting for Arm Release 2.0 (Arm 100863): BKPT 0xAB with an operation in r0 and the address
 * of its arguments in r1.
 */
#include "semihosting.h"

enum {
  SYS_OPEN = 0x01,
  SYS_CLOSE = 0x02,
  SYS_WRITE = 0x05,
  SYS_READ = 0x06,
  SYS_GET_CMDLINE = 0x15,
  SYS_EXIT_EXTENDED = 0x20,
  MODE_STDOUT = 4, /* ":tt" opened for writing */
  MODE_STDERR = 8, /* ":tt" opened for appending */
  ADP_STOPPED_APPLICATION_EXIT = 0x20026
};

static uintptr_t call(uintptr_t operation, const uintptr_t *arguments) {
  register uintptr_t r0 __asm__("r0") = operation;
  register const uintptr_t *r1 __asm__("r1") = arguments;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

static uintptr_t length(const char *text) {
  uintptr_t n = 0;
  while (text[n] != '\0') {
    n++;
  }
  return n;
}

static int32_t open(const char *name, uintptr_t mode) {
  const uintptr_t arguments[] = {(uintptr_t)name, mode, length(name)};
  return (int32_t)call(SYS_OPEN, arguments);
}

int32_t semihosting_open(const char *name, semihosting_mode_t mode) {
  return open(name, (uintptr_t)mode);
}

uint32_t semihosting_read(int32_t file, void *data, uint32_t size) {
  const uintptr_t arguments[] = {(uintptr_t)file, (uintptr_t)data, size};
  return size - (uint32_t)call(SYS_READ, arguments);
}

uint32_t semihosting_write(int32_t file, const void *data, uint32_t size) {
  const uintptr_t arguments[] = {(uintptr_t)file, (uintptr_t)data, size};
  return size - (uint32_t)call(SYS_WRITE, arguments);
}

int32_t semihosting_close(int32_t file) {
  const uintptr_t arguments[] = {(uintptr_t)file};
  return (int32_t)call(SYS_CLOSE, arguments);
}

static void say(const char *text, uintptr_t mode) {
  const int32_t console = open(":tt", mode);
  (void)semihosting_write(console, text, length(text));
  (void)semihosting_close(console);
}

void semihosting_print(const char *text) { say(text, MODE_STDOUT); }

void semihosting_complain(const char *text) { say(text, MODE_STDERR); }

int32_t semihosting_command_line(char *line, uint32_t size) {
  const uintptr_t arguments[] = {(uintptr_t)line, size};
  return (int32_t)call(SYS_GET_CMDLINE, arguments);
}

void semihosting_exit(int status) {
  const uintptr_t arguments[] = {ADP_STOPPED_APPLICATION_EXIT, (uintptr_t)status};
  for (;;) {
    (void)call(SYS_EXIT_EXTENDED, arguments);
  }
}

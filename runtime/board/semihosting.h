/*
 * Files and the end of the program, through the debugger or emulator that runs it (Arm's
 * semihosting interface), and through the operating system in a host build.
 */
#ifndef APPROX_SEMIHOSTING_H
#define APPROX_SEMIHOSTING_H

#include <stdint.h>

typedef enum {
  SEMIHOSTING_READ = 1,    /* fopen's "rb" */
  SEMIHOSTING_WRITE = 5,   /* fopen's "wb" */
} semihosting_mode_t;

/* A handle, or -1. */
int32_t semihosting_open(const char *name, semihosting_mode_t mode);

/* Bytes read, fewer than asked for at the end of the file. */
uint32_t semihosting_read(int32_t file, void *data, uint32_t size);

/* Bytes written. */
uint32_t semihosting_write(int32_t file, const void *data, uint32_t size);

/* 0, or -1. */
int32_t semihosting_close(int32_t file);

/* Text to the standard output, the standard error. */
void semihosting_print(const char *text);
void semihosting_complain(const char *text);

/* The command line, 0-terminated: 0, or -1 when it does not fit. */
int32_t semihosting_command_line(char *line, uint32_t size);

/* End the program. */
#if defined(__GNUC__)
__attribute__((noreturn))
#endif
void semihosting_exit(int status);

#endif /* APPROX_SEMIHOSTING_H */

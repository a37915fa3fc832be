/*
 * The interfaces of a board on a PC, by the C library; main() is called as usual.
 */
#include <stdio.h>
#include <stdlib.h>

#include "board.h"
#include "semihosting.h"

enum { MAX_FILES = 8 };
static FILE *files[MAX_FILES];

uint64_t board_instructions(void) { return 0u; }

int32_t semihosting_open(const char *name, semihosting_mode_t mode) {
  for (int32_t file = 0; file < MAX_FILES; file++) {
    if (files[file] == NULL) {
      files[file] = fopen(name, mode == SEMIHOSTING_READ ? "rb" : "wb");
      return files[file] == NULL ? -1 : file;
    }
  }
  return -1;
}

uint32_t semihosting_read(int32_t file, void *data, uint32_t size) {
  return (uint32_t)fread(data, 1, size, files[file]);
}

uint32_t semihosting_write(int32_t file, const void *data, uint32_t size) {
  return (uint32_t)fwrite(data, 1, size, files[file]);
}

int32_t semihosting_close(int32_t file) {
  FILE *const closing = files[file];
  files[file] = NULL;
  return fclose(closing) == 0 ? 0 : -1;
}

void semihosting_print(const char *text) { (void)fputs(text, stdout); }

void semihosting_complain(const char *text) { (void)fputs(text, stderr); }

void semihosting_exit(int status) { exit(status); }

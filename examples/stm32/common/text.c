#include "text.h"

#include "uart.h"

void text(const char *string) {
  for (; *string != '\0'; string++) {
    if (*string == '\n') {
      uart_put('\r');
    }
    uart_put(*string);
  }
}

void text_decimal(int64_t value) {
  char digits[20];
  int count = 0;
  uint64_t left = value < 0 ? 0u - (uint64_t)value : (uint64_t)value;
  if (value < 0) {
    uart_put('-');
  }
  do {
    digits[count++] = (char)('0' + (int)(left % 10u));
    left /= 10u;
  } while (left != 0u);
  while (count > 0) {
    uart_put(digits[--count]);
  }
}

void text_hex(uint32_t value) {
  for (int shift = 28; shift >= 0; shift -= 4) {
    uart_put("0123456789abcdef"[(value >> shift) & 15u]);
  }
}

void text_quoted(const char *string) {
  uart_put('"');
  for (; *string != '\0'; string++) {
    if (*string == '"') {
      uart_put('"');
    }
    uart_put(*string);
  }
  uart_put('"');
}

/*
 * Text and numbers to the UART.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdint.h>

/* Lines end in CR LF, as terminals expect. */
void text(const char *string);
void text_decimal(int64_t value);
void text_hex(uint32_t value);

/* A field of CSV: in quotation marks, those within doubled (RFC 4180). */
void text_quoted(const char *string);

#endif /* TEXT_H */

/* SPDX-License-Identifier: BSD-3-Clause */
/* What the parts of check_vectors share: the words of a line, and what is to hold. */
#ifndef CHECK_VECTORS_H
#define CHECK_VECTORS_H

#include "ioregionfd_handshake.h"

/* The clauses that the vector at hand shows, or 0; said where it fails. */
extern const char *vector_shows;

/* Counts a failure of the vector at hand and says what it is, unless it holds. */
void expect(int holds, const char *what);

/* The next word of the line; blanks and = part them. NULL at its end. */
char *next_word(void);

/* The next word, which must be there; ends the program with status 2 where it is not. */
char *word(void);

/* What the word says; ends the program with status 2 where it says no such thing. */
__u64 number(const char *text);
void frame_of(const char *hex, union ioregionfd_hs_frame *frame);

/* Says what is wrong with the input, and ends the program with status 2. */
void malformed(const char *what);

int same(const union ioregionfd_hs_frame *a, const union ioregionfd_hs_frame *b);

#endif

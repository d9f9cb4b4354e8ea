/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Holds the headers to the byte vectors. One vector per line on stdin, words
 * parted by blanks, numbers as C writes them, frames as 64 hexadecimal digits:
 *
 *   head HEX LAYOUT                        a read head of that layout
 *   frame ID K|D HEX ok KIND NAME=VALUE..  or: bad CLAUSE OFFSET SEEN
 *   record ID HEX ok NAME=VALUE..          or: bad
 *   command ID VERSION LAYOUT FEATURES HEX ok NAME=VALUE..   or: bad CLAUSE
 *   transcript ID end=END NAME=VALUE.. K=HEX D=HEX..   as check_transcripts.h says
 *
 * Exit status: 0 all hold, 1 some do not (each is named on stdout), 2 the input
 * is not of this form, or is none.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_transcripts.h"

/* a line holds a frame, or a few dozen of them */
#define LINE_MAX_BYTES 4096

static unsigned int vectors, failures, heads;
static __u8 head_layout[1 << 16];
static const char *vector_id;
const char *vector_shows;

void malformed(const char *what)
{
	fprintf(stderr, "check_vectors: not a vector: %s\n", what);
	exit(2);
}

void expect(int holds, const char *what)
{
	if (holds)
		return;
	printf("%s: %s%s%s\n", vector_id, what, vector_shows ? " shows " : "",
	       vector_shows ? vector_shows : "");
	failures++;
}

char *next_word(void)
{
	return strtok(NULL, "= \n");
}

char *word(void)
{
	char *next = next_word();

	if (!next)
		malformed("a line ends too early");
	return next;
}

__u64 number(const char *text)
{
	char *end;
	__u64 value = strtoull(text, &end, 0);

	if (*end || end == text)
		malformed(text);
	return value;
}

void frame_of(const char *hex, union ioregionfd_hs_frame *frame)
{
	unsigned int i, byte = 0;

	if (strlen(hex) != 2 * IOREGIONFD_HS_FRAME_LENGTH ||
	    strspn(hex, "0123456789abcdef") != 2 * IOREGIONFD_HS_FRAME_LENGTH)
		malformed(hex);
	for (i = 0; i < IOREGIONFD_HS_FRAME_LENGTH; i++) {
		sscanf(hex + 2 * i, "%2x", &byte);
		frame->bytes[i] = (__u8)byte;
	}
}

int same(const union ioregionfd_hs_frame *a, const union ioregionfd_hs_frame *b)
{
	return !memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

/* ---- frames ---- */

static __u64 hello_field(const union ioregionfd_hs_frame *frame, const char *name)
{
	struct ioregionfd_hs_command read;
	__u16 layout = ioregionfd_hs_hello_layout(frame);

	ioregionfd_hs_get_command(frame, IOREGIONFD_HS_VERSION_LEGACY, layout, &read);
	if (!strcmp(name, "layout"))
		return layout;
	if (!strcmp(name, "size_exponent"))
		return read.size_exponent;
	if (!strcmp(name, "user_data"))
		return ioregionfd_hs_get64(frame->hello.user_data);
	if (!strcmp(name, "offset"))
		return ioregionfd_hs_get64(frame->hello.offset);
	if (!strcmp(name, "resp"))
		return read.response_wanted;
	if (!strcmp(name, "nonce"))
		return frame->hello.nonce;
	malformed(name);
	return 0;
}

static __u64 offer_field(const struct ioregionfd_hs_offer *offer, const char *name)
{
	if (!strcmp(name, "value"))
		return ioregionfd_hs_get64(offer->value);
	if (!strcmp(name, "max_inflight"))
		return ioregionfd_hs_get16(offer->max_inflight);
	if (!strcmp(name, "features"))
		return ioregionfd_hs_get64(offer->features);
	if (!strcmp(name, "versions"))
		return ioregionfd_hs_get32(offer->versions);
	if (!strcmp(name, "nonce"))
		return offer->nonce;
	if (!strcmp(name, "reserved"))
		return ioregionfd_hs_load(offer->reserved_28, sizeof(offer->reserved_28));
	malformed(name);
	return 0;
}

static __u64 terms_field(const struct ioregionfd_hs_agreement *terms, const char *name)
{
	if (!strcmp(name, "layout"))
		return terms->layout;
	if (!strcmp(name, "version"))
		return terms->version;
	if (!strcmp(name, "max_inflight"))
		return terms->max_inflight;
	if (!strcmp(name, "features"))
		return terms->features;
	malformed(name);
	return 0;
}

static void terms_of(const union ioregionfd_hs_frame *frame, int kind,
		     struct ioregionfd_hs_agreement *terms)
{
	int select = kind == IOREGIONFD_HS_KIND_SELECT;

	terms->layout = 0;
	terms->version = ioregionfd_hs_get16(select ? frame->select.version : frame->accept.version);
	terms->max_inflight = ioregionfd_hs_get16(select ? frame->select.max_inflight
							 : frame->accept.max_inflight);
	terms->features = ioregionfd_hs_get64(select ? frame->select.features
						     : frame->accept.features);
}

static __u64 frame_field(const union ioregionfd_hs_frame *frame, int kind, const char *name)
{
	struct ioregionfd_hs_agreement terms;

	switch (kind) {
	case IOREGIONFD_HS_KIND_HELLO:
		return hello_field(frame, name);
	case IOREGIONFD_HS_KIND_OFFER:
		return offer_field(&frame->offer, name);
	case IOREGIONFD_HS_KIND_REJECT:
		return strcmp(name, "reason") ? ioregionfd_hs_get64(frame->reject.detail)
					      : ioregionfd_hs_get16(frame->reject.reason);
	case IOREGIONFD_HS_KIND_ABORT:
		return strcmp(name, "reason") ? ioregionfd_hs_get64(frame->abort.detail)
					      : ioregionfd_hs_get16(frame->abort.reason);
	default:
		terms_of(frame, kind, &terms);
		if (!strcmp(name, "digest"))
			return ioregionfd_hs_get32(frame->select.digest);
		return terms_field(&terms, name);
	}
}

/* The frame written anew from its fields; a SELECT's or ACCEPT's digest is kept as it stands. */
static void written_anew(const union ioregionfd_hs_frame *frame, int kind,
			 union ioregionfd_hs_frame *again)
{
	struct ioregionfd_hs_agreement terms;
	struct ioregionfd_hs_command read;
	__u16 layout = ioregionfd_hs_hello_layout(frame);

	ioregionfd_hs_get_command(frame, IOREGIONFD_HS_VERSION_LEGACY, layout, &read);
	terms_of(frame, kind, &terms);
	switch (kind) {
	case IOREGIONFD_HS_KIND_HELLO:
		ioregionfd_hs_put_hello(again, layout, &read, frame->hello.nonce);
		break;
	case IOREGIONFD_HS_KIND_OFFER:
		ioregionfd_hs_put_offer(again, ioregionfd_hs_get64(frame->offer.value),
					ioregionfd_hs_get16(frame->offer.max_inflight),
					ioregionfd_hs_get64(frame->offer.features),
					ioregionfd_hs_get32(frame->offer.versions),
					frame->offer.nonce);
		break;
	case IOREGIONFD_HS_KIND_SELECT:
		ioregionfd_hs_put_select(again, &terms, 0);
		again->select.digest = frame->select.digest;
		break;
	case IOREGIONFD_HS_KIND_ACCEPT:
		ioregionfd_hs_put_accept(again, &terms, 0);
		again->accept.digest = frame->accept.digest;
		break;
	case IOREGIONFD_HS_KIND_REJECT:
		ioregionfd_hs_put_reject(again, ioregionfd_hs_get16(frame->reject.reason),
					 ioregionfd_hs_get64(frame->reject.detail));
		break;
	default:
		ioregionfd_hs_put_abort(again, ioregionfd_hs_get16(frame->abort.reason),
					ioregionfd_hs_get64(frame->abort.detail));
		break;
	}
}

static void check_frame(void)
{
	struct ioregionfd_hs_violation violation = { 0, NULL, 0 };
	union ioregionfd_hs_frame frame, again;
	int from_kvm = !strcmp(word(), "K");
	int kind, broken;
	char *field;

	frame_of(word(), &frame);
	kind = from_kvm ? ioregionfd_hs_check_from_kvm(&frame, &violation)
			: ioregionfd_hs_check_from_device(&frame, &violation);
	broken = !strcmp(word(), "bad");
	expect(broken == (kind < 0), broken ? "should be malformed" : violation.clause);
	if (broken || kind < 0) {
		if (kind < 0 && broken) {
			expect(!strcmp(word(), violation.clause), violation.clause);
			expect(number(word()) == violation.offset, "the offset of what is broken");
			expect(number(word()) == violation.seen, "what was seen there");
		}
		return;
	}
	expect((int)number(word()) == kind, "the kind");
	while ((field = next_word()) != NULL)
		expect(number(word()) == frame_field(&frame, kind, field), field);
	/* [OFR-011] what is taken in is not always what may be sent */
	if (kind == IOREGIONFD_HS_KIND_OFFER &&
	    ioregionfd_hs_first_set(&frame, IOREGIONFD_HS_OFFER_RESERVED) >= 0)
		return;
	written_anew(&frame, kind, &again);
	expect(same(&frame, &again), "is not what is written from its fields");
}

/* ---- records and commands ---- */

static void check_record(void)
{
	struct ioregionfd_hs_agreement agreement;
	union ioregionfd_hs_frame frame, again;
	int broken, refused;
	char *field;
	__u64 value;

	frame_of(word(), &frame);
	refused = ioregionfd_hs_get_record(&frame, &agreement);
	broken = !strcmp(word(), "bad");
	expect(broken == (refused != 0), broken ? "should be refused" : "is refused");
	while ((field = next_word()) != NULL) {
		value = number(word());
		/* where a record says no layout, a vector says the first */
		if (!strcmp(field, "layout") && agreement.layout == 0)
			value = 0;
		expect(value == terms_field(&agreement, field), field);
	}
	if (broken || refused)
		return;
	ioregionfd_hs_put_record(&again, &agreement);
	expect(same(&frame, &again), "is not what is written from its fields");
}

static __u64 command_field(const struct ioregionfd_hs_command *command, const char *name)
{
	if (!strcmp(name, "op") || !strcmp(name, "cmd"))
		return command->op;
	if (!strcmp(name, "size_exponent"))
		return command->size_exponent;
	if (!strcmp(name, "resp") || !strcmp(name, "response_wanted"))
		return command->response_wanted;
	if (!strcmp(name, "tag"))
		return command->tag;
	if (!strcmp(name, "user_data"))
		return command->user_data;
	if (!strcmp(name, "offset"))
		return command->offset;
	if (!strcmp(name, "data"))
		return command->data;
	malformed(name);
	return 0;
}

/* Whether a frame of version 0 sets what a sender leaves zero and a receiver ignores. */
static int sets_reserved_bits(const union ioregionfd_hs_frame *frame, __u16 layout)
{
	if (layout == IOREGIONFD_HS_LAYOUT_BYTE_FIELDS)
		return ioregionfd_hs_first_set(frame, IOREGIONFD_HS_COMMAND_BYTE_FIELDS_RESERVED) >= 0 ||
		       frame->command_byte_fields.head & IOREGIONFD_HS_HEAD_RESERVED;
	return ioregionfd_hs_first_set(frame, IOREGIONFD_HS_COMMAND_INFO_WORD_RESERVED) >= 0 ||
	       ioregionfd_hs_get32(frame->command_info_word.info) & IOREGIONFD_HS_INFO_RESERVED;
}

static void check_command(void)
{
	struct ioregionfd_hs_violation violation = { 0, "nothing", 0 };
	__u32 version = (__u32)number(word());
	__u16 layout = (__u16)number(word());
	__u64 features = number(word());
	union ioregionfd_hs_frame frame, again;
	struct ioregionfd_hs_command command;
	int broken, refused = 0;
	char *field;

	frame_of(word(), &frame);
	ioregionfd_hs_get_command(&frame, version, layout, &command);
	if (version == IOREGIONFD_HS_VERSION_EXACT)
		refused = ioregionfd_hs_check_exact(&frame, features, &violation);
	else if (version == IOREGIONFD_HS_VERSION_TAGGED)
		refused = ioregionfd_hs_check_tagged(&frame, features, &violation);
	broken = !strcmp(word(), "bad");
	expect(broken == (refused != 0), broken ? "should be a violation" : violation.clause);
	if (broken) {
		expect(!strcmp(word(), violation.clause), violation.clause);
		return;
	}
	while ((field = next_word()) != NULL)
		expect(number(word()) == command_field(&command, field), field);
	if (version == IOREGIONFD_HS_VERSION_LEGACY && sets_reserved_bits(&frame, layout))
		return;
	if (ioregionfd_hs_truncate(command.data, command.size_exponent) != command.data)
		return;
	ioregionfd_hs_put_command(&again, layout, &command);
	expect(same(&frame, &again), "is not what is written from its fields");
}

/* ---- what no vector says ---- */

static void check_heads(void)
{
	union ioregionfd_hs_frame frame;
	unsigned int head;

	ioregionfd_hs_clear(&frame);
	vector_id = "read heads";
	for (head = 0; head < 1 << 16; head++) {
		frame.bytes[0] = (__u8)(head >> 8);
		frame.bytes[1] = (__u8)head;
		expect(ioregionfd_hs_hello_layout(&frame) == head_layout[head], "another layout");
	}
	vectors++;
}

static void check_digest(void)
{
	static const char input[] = "123456789";

	vector_id = "digest";
	expect(ioregionfd_hs_crc32c(0, input, 9) == IOREGIONFD_HS_DIGEST_CHECK, "the check value");
	expect(ioregionfd_hs_crc32c(ioregionfd_hs_crc32c(0, input, 4), input + 4, 5) ==
	       IOREGIONFD_HS_DIGEST_CHECK, "in two pieces");
	vectors++;
}

static void check_tagged_responses(void)
{
	struct ioregionfd_hs_violation violation;
	union ioregionfd_hs_frame frame;
	unsigned int status, i;

	vector_id = "tagged responses";
	for (status = 0; status <= 0xffff; status++) {
		ioregionfd_hs_put_tagged_response(&frame, 5, 6, (__u16)status);
		expect(!ioregionfd_hs_check_tagged_response(&frame, &violation) ==
		       !!ioregionfd_hs_status_name(status), "a status");
	}
	ioregionfd_hs_put_tagged_response(&frame, 5, 6, IOREGIONFD_HS_STATUS_OK);
	for (i = 14; i < IOREGIONFD_HS_FRAME_LENGTH; i++) {
		frame.bytes[i] = 1;
		expect(ioregionfd_hs_check_tagged_response(&frame, &violation) &&
		       violation.offset == i, "a reserved byte");
		frame.bytes[i] = 0;
	}
	vectors++;
}

static void check_line(char *line)
{
	char *what = strtok(line, " \n");

	vector_shows = NULL;
	if (!what)
		malformed("an empty line");
	if (!strcmp(what, "head")) {
		unsigned int head = (unsigned int)strtoul(word(), NULL, 16) & 0xffff;

		head_layout[head] = (__u8)number(word());
		heads++;
		return;
	}
	vector_id = word();
	vectors++;
	if (!strcmp(what, "frame"))
		check_frame();
	else if (!strcmp(what, "record"))
		check_record();
	else if (!strcmp(what, "command"))
		check_command();
	else if (!strcmp(what, "transcript"))
		check_transcript();
	else
		malformed(what);
}

int main(void)
{
	static char line[LINE_MAX_BYTES];

	signal(SIGPIPE, SIG_IGN);
	while (fgets(line, sizeof(line), stdin)) {
		if (!strchr(line, '\n'))
			malformed("a line without an end, or too long a line");
		check_line(line);
	}
	if (!vectors)
		malformed("there is no input");
	if (heads)
		check_heads();
	check_digest();
	check_tagged_responses();
	printf("%u vectors, %u failures\n", vectors, failures);
	return failures != 0;
}

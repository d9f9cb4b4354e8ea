/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One JSON object in one line, read in place: no allocation, and nothing deeper
 * than JSON_DEPTH_MAX. What is no JSON is refused; strings are compared as they
 * are written, so one with an escape in it is no word that anybody looks for.
 */
#ifndef JSON_LINE_H
#define JSON_LINE_H

#include <stddef.h>
#include <string.h>

#define JSON_MEMBERS_MAX 32
#define JSON_DEPTH_MAX 8

/* A value as it is written, a string with its quotes; at is NULL where there is none. */
struct json_text {
	const char *at, *end;
};

/* The members of an object, or without names the elements of an array. */
struct json_members {
	struct json_text name[JSON_MEMBERS_MAX];
	struct json_text value[JSON_MEMBERS_MAX];
	unsigned long count;
};

static inline const char *json_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

static inline int json_is_digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

static inline const char *json_digits(const char *p, const char *end)
{
	if (!json_is_digit(p, end))
		return NULL;
	while (json_is_digit(p, end))
		p++;
	return p;
}

static inline const char *json_number(const char *p, const char *end)
{
	p += p < end && *p == '-';
	p = p < end && *p == '0' ? p + 1 : json_digits(p, end);
	if (p && p < end && *p == '.')
		p = json_digits(p + 1, end);
	if (p && p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		p = json_digits(p, end);
	}
	return p;
}

static inline const char *json_string(const char *p, const char *end)
{
	static const char hex[] = "0123456789abcdefABCDEF";
	int i;

	for (p++; p < end && *p != '"'; p++) {
		if ((unsigned char)*p < 0x20)
			return NULL;
		if (*p != '\\')
			continue;
		if (++p == end || !*p || !strchr("\"\\/bfnrtu", *p))
			return NULL;
		for (i = 0; *p == 'u' && i < 4; i++)
			if (end - p <= i + 1 || !p[i + 1] || !strchr(hex, p[i + 1]))
				return NULL;
	}
	return p < end ? p + 1 : NULL;
}

static inline const char *json_word(const char *p, const char *end, const char *word)
{
	size_t length = strlen(word);

	return (size_t)(end - p) >= length && !memcmp(p, word, length) ? p + length : NULL;
}

static inline const char *json_value(const char *p, const char *end, int depth);

/* An object or an array; its members are collected where `members` is not NULL. */
static inline const char *json_container(const char *p, const char *end, int depth,
					 struct json_members *members)
{
	char close = *p == '{' ? '}' : ']';
	struct json_text name = { NULL, NULL }, value;

	p = json_blank(p + 1, end);
	if (p < end && *p == close)
		return p + 1;
	for (; depth > 0; p = json_blank(p, end)) {
		if (close == '}') {
			name.at = p;
			if (p == end || *p != '"' || !(p = json_string(p, end)))
				return NULL;
			name.end = p;
			p = json_blank(p, end);
			if (p == end || *p++ != ':')
				return NULL;
		}
		value.at = json_blank(p, end);
		value.end = json_value(value.at, end, depth - 1);
		if (!value.end || (members && members->count == JSON_MEMBERS_MAX))
			return NULL;
		if (members) {
			members->name[members->count] = name;
			members->value[members->count++] = value;
		}
		p = json_blank(value.end, end);
		if (p < end && *p == close)
			return p + 1;
		if (p == end || *p++ != ',')
			return NULL;
	}
	return NULL;
}

/* The end of the value that begins at p, NULL where none does. */
static inline const char *json_value(const char *p, const char *end, int depth)
{
	if (p == end)
		return NULL;
	switch (*p) {
	case '{':
	case '[':
		return json_container(p, end, depth, NULL);
	case '"':
		return json_string(p, end);
	case 't':
		return json_word(p, end, "true");
	case 'f':
		return json_word(p, end, "false");
	case 'n':
		return json_word(p, end, "null");
	default:
		return json_number(p, end);
	}
}

/* The members of the object, or elements of the array, that the text is: -1 where it is neither. */
static inline int json_members_of(struct json_text text, char open, struct json_members *members)
{
	const char *p = json_blank(text.at, text.end);

	members->count = 0;
	if (p == text.end || *p != open)
		return -1;
	p = json_container(p, text.end, JSON_DEPTH_MAX, members);
	return p && json_blank(p, text.end) == text.end ? 0 : -1;
}

/* Whether the text is this word in quotes. */
static inline int json_is(struct json_text text, const char *word)
{
	size_t length = strlen(word);

	return text.at && (size_t)(text.end - text.at) == length + 2 && *text.at == '"' &&
	       !memcmp(text.at + 1, word, length);
}

static inline struct json_text json_member(const struct json_members *members, const char *name)
{
	static const struct json_text none = { NULL, NULL };
	unsigned long i;

	for (i = 0; i < members->count; i++)
		if (json_is(members->name[i], name))
			return members->value[i];
	return none;
}

static inline int json_hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f')
		return (digit | 0x20) - 'a' + 10;
	return -1;
}

/* A string of "0x" and 1 to 16 hexadecimal digits: 0, or -1 where it is none. */
static inline int json_u64(struct json_text text, unsigned long long *value)
{
	const char *p;

	*value = 0;
	if (!text.at || text.end - text.at < 5 || text.end - text.at > 20 ||
	    memcmp(text.at, "\"0x", 3))
		return -1;
	for (p = text.at + 3; p < text.end - 1; p++) {
		int digit = json_hex_digit(*p);

		if (digit < 0)
			return -1;
		*value = *value << 4 | (unsigned int)digit;
	}
	return 0;
}

/* A whole number from `least` to `most`: 0, or -1 where it is none. */
static inline int json_whole(struct json_text text, unsigned long long least,
			     unsigned long long most, unsigned long long *value)
{
	const char *p;

	*value = 0;
	if (!text.at)
		return -1;
	for (p = text.at; p < text.end; p++) {
		unsigned int digit = (unsigned int)(*p - '0');

		if (digit > 9 || digit > most || *value > (most - digit) / 10)
			return -1;
		*value = *value * 10 + digit;
	}
	return *value < least ? -1 : 0;
}

#endif

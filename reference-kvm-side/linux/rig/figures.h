/* SPDX-License-Identifier: BSD-3-Clause */
/* Figures of two sides that took turns, as a table for people and as a file of the bench's form. */
#ifndef FIGURES_H
#define FIGURES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS_MAX 99

struct figure {
	const char *id, *label;
	int a_second;		/* so many of them a second; else nanoseconds */
	const double *peer, *baseline;	/* of each round */
	double limit;		/* of the ratio: at least, where a_second; else at most; 0: none */
};

struct subject {
	const char *id, *title, *baseline;
	struct figure figure[4];
	int figures;
};

static int figure_ascending(const void *one, const void *other)
{
	double difference = *(const double *)one - *(const double *)other;

	return (difference > 0) - (difference < 0);
}

/* Between two rounds, their weighted mean. */
static inline double figure_quantile(const double *values, int rounds, double share)
{
	double sorted[ROUNDS_MAX], place = share * (rounds - 1);
	int below = (int)place, above = below + (place > below);

	memcpy(sorted, values, (size_t)rounds * sizeof(*values));
	qsort(sorted, (size_t)rounds, sizeof(*sorted), figure_ascending);
	return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

static inline void figure_ratios(const struct figure *figure, int rounds, double *ratios)
{
	int i;

	for (i = 0; i < rounds; i++)
		ratios[i] = figure->peer[i] / figure->baseline[i];
}

static inline int figure_is_met(const struct figure *figure, double ratio)
{
	return figure->a_second ? ratio >= figure->limit : ratio <= figure->limit;
}

static inline void figure_print(const struct figure *figure, int rounds)
{
	double ratios[ROUNDS_MAX], median;
	const char *unit = figure->a_second ? "k/s" : "us";

	figure_ratios(figure, rounds, ratios);
	median = figure_quantile(ratios, rounds, 0.5);
	printf("  %-30s %6.1f %-3s %6.1f %-3s  %4.2fx  %4.2f..%4.2f", figure->label,
	       figure_quantile(figure->peer, rounds, 0.5) / 1000, unit,
	       figure_quantile(figure->baseline, rounds, 0.5) / 1000, unit, median,
	       figure_quantile(ratios, rounds, 0.25), figure_quantile(ratios, rounds, 0.75));
	if (figure->limit)
		printf("  %s %.2fx %s", figure->a_second ? ">=" : "<=", figure->limit,
		       figure_is_met(figure, median) ? "met" : "MISSED");
	printf("\n");
}

static inline void subject_print(const struct subject *subject, int rounds)
{
	int i;

	printf("\n%s, beside %s\n  %-34s peer   baseline  ratio  middle half  goal\n", subject->title,
	       subject->baseline, "");
	for (i = 0; i < subject->figures; i++)
		figure_print(&subject->figure[i], rounds);
}

static inline void figure_write_rounds(FILE *file, const char *name, const double *values, int rounds)
{
	int i;

	fprintf(file, ", \"%s\": [", name);
	for (i = 0; i < rounds; i++)
		fprintf(file, "%s%.0f", i ? ", " : "", values[i]);
	fprintf(file, "]");
}

static inline void figure_write(FILE *file, const struct figure *figure, int rounds)
{
	double ratios[ROUNDS_MAX], median;

	figure_ratios(figure, rounds, ratios);
	median = figure_quantile(ratios, rounds, 0.5);
	fprintf(file, "{\"id\": \"%s\", \"label\": \"%s\", \"unit\": \"%s\"", figure->id, figure->label,
		figure->a_second ? "1/s" : "ns");
	figure_write_rounds(file, "peer", figure->peer, rounds);
	figure_write_rounds(file, "baseline", figure->baseline, rounds);
	if (median >= 0 && median < 1e6)	/* a difference of two times that are alike has none */
		fprintf(file, ", \"ratio\": %.4g", median);
	if (figure->limit)
		fprintf(file, ", \"goal\": {\"of\": \"ratio\", \"sense\": \"%s\", \"limit\": %.2f}, \"met\": %s",
			figure->a_second ? "at-least" : "at-most", figure->limit,
			figure_is_met(figure, median) ? "true" : "false");
	fprintf(file, "}");
}

static inline void subject_write(FILE *file, const struct subject *subject, int rounds)
{
	int i;

	fprintf(file, "{\"id\": \"%s\", \"title\": \"%s\", \"baseline\": \"%s\", \"remarks\": [], \"figures\": [",
		subject->id, subject->title, subject->baseline);
	for (i = 0; i < subject->figures; i++) {
		fprintf(file, "%s\n  ", i ? "," : "");
		figure_write(file, &subject->figure[i], rounds);
	}
	fprintf(file, "], \"distributions\": []}");
}

/* A list of words, none of which has a quote or a backslash. */
static inline void figures_write_words(FILE *file, const char *name, char **words, int count)
{
	int i;

	fprintf(file, ", \"%s\": [", name);
	for (i = 0; i < count; i++)
		fprintf(file, "%s\"%s\"", i ? ", " : "", words[i]);
	fprintf(file, "]");
}

#endif

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * As much ACPI as a guest needs to find one processor and one serial port: tables
 * without the hardware that ACPI is otherwise about, and a device PNP0501 whose
 * registers are memory and that has no interrupt.
 */
#ifndef ACPI_H
#define ACPI_H

#include <stdint.h>
#include <string.h>

#define ACPI_AT 0xe0000u
#define ACPI_XSDT 0xe0100u
#define ACPI_FADT 0xe0200u
#define ACPI_MADT 0xe0400u
#define ACPI_DSDT 0xe0500u

static inline void acpi_put32(unsigned char *at, uint32_t value)
{
	memcpy(at, &value, sizeof(value));
}

/* Makes the byte at `sum` such that all add up to 0. */
static inline void acpi_sum(unsigned char *table, unsigned int length, unsigned int sum)
{
	unsigned int i;

	for (i = 0, table[sum] = 0; i < length; i++)
		if (i != sum)
			table[sum] = (unsigned char)(table[sum] - table[i]);
}

static inline void acpi_header(unsigned char *table, const char *name, unsigned int length, int revision)
{
	memcpy(table, name, 4);
	acpi_put32(table + 4, length);
	table[8] = (unsigned char)revision;
	memcpy(table + 10, "IOREGNIOREGN  ", 14);
	acpi_put32(table + 24, 1);
	memcpy(table + 28, "IORG", 4);
	acpi_put32(table + 32, 1);
	acpi_sum(table, length, 9);
}

/* The tables, in the guest's memory; the serial port is at `serial`. */
static inline void acpi_build(unsigned char *ram, uint32_t serial)
{
	/* Scope (\_SB) { Device (COM1) { _HID PNP0501, _UID 0, _CRS Memory32Fixed (serial, 8) } } */
	static const unsigned char aml[] = {
		0x10, 0x34, '\\', '_', 'S', 'B', '_',
		0x5b, 0x82, 0x2c, 'C', 'O', 'M', '1',
		0x08, '_', 'H', 'I', 'D', 0x0c, 0x41, 0xd0, 0x05, 0x01,
		0x08, '_', 'U', 'I', 'D', 0x00,
		0x08, '_', 'C', 'R', 'S', 0x11, 0x11, 0x0a, 0x0e,
		0x86, 0x09, 0x00, 0x01, 0, 0, 0, 0, 8, 0, 0, 0, 0x79, 0x00,
	};
	static const unsigned char processor[] = { 0, 8, 0, 0, 1, 0, 0, 0, 1, 12, 0, 0, 0, 0, 0xc0, 0xfe };
	unsigned char *rsdp = ram + ACPI_AT, *fadt = ram + ACPI_FADT, *dsdt = ram + ACPI_DSDT;

	memcpy(dsdt + 36, aml, sizeof(aml));
	acpi_put32(dsdt + 36 + sizeof(aml) - 10, serial);
	acpi_header(dsdt, "DSDT", 36 + sizeof(aml), 2);
	acpi_put32(fadt + 40, ACPI_DSDT);
	fadt[109] = 0x24;			/* no VGA, no clock of a PC */
	acpi_put32(fadt + 112, 1u << 20 | 1);	/* HW_REDUCED_ACPI, WBINVD */
	acpi_put32(fadt + 140, ACPI_DSDT);
	acpi_header(fadt, "FACP", 268, 5);
	acpi_put32(ram + ACPI_MADT + 36, 0xfee00000);
	memcpy(ram + ACPI_MADT + 44, processor, sizeof(processor));
	acpi_header(ram + ACPI_MADT, "APIC", 64, 4);
	acpi_put32(ram + ACPI_XSDT + 36, ACPI_FADT);
	acpi_put32(ram + ACPI_XSDT + 44, ACPI_MADT);
	acpi_header(ram + ACPI_XSDT, "XSDT", 52, 1);
	memcpy(rsdp, "RSD PTR \0IOREGN\2", 16);
	acpi_put32(rsdp + 20, 36);
	acpi_put32(rsdp + 24, ACPI_XSDT);
	acpi_sum(rsdp, 20, 8);
	acpi_sum(rsdp, 36, 32);
}

#endif

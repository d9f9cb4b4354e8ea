/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The known legacy devices: how each answers a command. Written from the observed behaviour of five programs; no code of
 * theirs is copied:
 *   qemu-multiprocess  QEMU multiprocess RFC of Feb 2022, patch 8/8 (hw/remote/ioregionfd.c)
 *   qemu-virtio-mmio   vmuxIO's QEMU, virtio-mmio over ioregionfd
 *   kvm-unit-tests     ioregionfd-test.c of the kvm-unit-tests RFC, Mar 2021
 *   vmsh               vmsh, its block device
 *   vmsh-test-ioctls   vmsh, examples/test_ioctls.rs
 * Layouts: byte-fields is the kvm list RFC v3 (Feb 2021); info-word the API text of Nov 2020 up to RFC v2.
 */
#ifndef LEGACY_DEVICES_H
#define LEGACY_DEVICES_H

#include <stdbool.h>
#include <stdint.h>

enum {
    REGION = 0x1000,
    BARS = 2,
    CONFIG = 0x100,      /* where the configuration of a virtio-mmio device begins */
    CONFIG_SIZE = 0x800, /* all of it memory; past it something is left of the region that nothing fills */
    VARIABLE_SIZE = 8,   /* all that kvm-unit-tests has behind its offsets */
    STACK_BYTE = 0xa5,   /* stands for what was on a stack: never zero, and never a byte of a marker */
    READ = 0,
    WRITE = 1,
};

/* As on the wire, little-endian; 32 bytes each. */
struct command { uint8_t head[8]; uint64_t user_data, offset, data; };
struct response { uint64_t data; uint8_t padding[24]; };
struct access {
    unsigned op, size_exponent, resp;
    uint64_t user_data, offset, data;
};

enum verdict { ANSWER, SILENCE, END_CONNECTION };
enum short_read {
    ZERO_FILL,  /* the rest is zero; a record of no bytes is passed over */
    KEEP_STALE, /* the rest is what was there before; a record of no bytes, and the end of a socket, are the last command again */
    GIVE_UP,    /* the connection ends, also with a record of no bytes */
};

struct channel {
    const struct kind *kind;
    int read_fd, write_fd;
    struct command command;
    int repeats;
    uint8_t memory[BARS][REGION];
};

struct kind {
    const char *name;
    void (*decode)(const uint8_t *head, struct access *a);
    /* Does the access; response->data is the answer in the host's byte order, all of the response zero at first. */
    enum verdict (*serve)(struct channel *c, const struct access *a, struct response *response);
    enum short_read short_read;
};

/* Bytes 2..7 are padding and bits 5..7 of byte 1 unused: no device looks at them. */
static void decode_byte_fields(const uint8_t *head, struct access *a)
{
    a->op = head[0];
    a->size_exponent = head[1] & 0x0f;
    a->resp = head[1] >> 4 & 1;
}

/* These devices look at one bit of cmd: an even cmd is a READ, an odd one a WRITE. Bits 7..31 of the info word are reserved, and
   bytes 4..7 padding: the devices ignore them, and use the resp bit only for logging. The size has two bits, so no size is bad. */
static void decode_info_word(const uint8_t *head, struct access *a)
{
    a->op = head[0] & 1;
    a->size_exponent = head[0] >> 4 & 3;
    a->resp = 1;
}

static uint64_t size_of(const struct access *a)
{
    return UINT64_C(1) << a->size_exponent;
}

/* How many bytes of an access of up to 8 lie before the end of something that is `length` bytes long. */
static unsigned within(uint64_t offset, uint64_t length, uint64_t size)
{
    return offset >= length ? 0 : (unsigned)(length - offset < size ? length - offset : size);
}

/* Replaces the low `count` bytes of `value` by memory; leaves the others. */
static uint64_t load(const uint8_t *memory, unsigned count, uint64_t value)
{
    for (unsigned i = 0; i < count; i++)
        value = (value & ~(UINT64_C(0xff) << (8 * i))) | (uint64_t)memory[i] << (8 * i);
    return value;
}

static void store(uint8_t *memory, unsigned count, uint64_t value)
{
    for (unsigned i = 0; i < count; i++)
        memory[i] = (uint8_t)(value >> (8 * i));
}

/* Two BARs of plain memory. The resp bit of a READ is ignored. */
static enum verdict serve_qemu_multiprocess(struct channel *c, const struct access *a, struct response *response)
{
    unsigned bar = (uint32_t)a->user_data; /* kept in an int */
    if (a->op > WRITE || bar >= BARS || a->size_exponent > 3)
        return SILENCE;
    unsigned count = within(a->offset, REGION, size_of(a));
    bool in_range = count == size_of(a);
    response->data = UINT64_MAX; /* the variable that a READ fills is set to that, and so is a failure's answer */
    if (a->op == READ && in_range)
        response->data = load(&c->memory[bar][a->offset], count, response->data);
    if (a->op == WRITE && count > 0)
        store(&c->memory[bar][a->offset], count, a->data); /* the part in range, if it ends beyond */
    if (a->op == WRITE && in_range)
        response->data = a->data;
    return a->op == READ || a->resp ? ANSWER : SILENCE;
}

/* A READ32 of a legacy virtio-mmio device, as QEMU's is by default; what is not here reads as 0. */
static uint64_t qemu_register(uint64_t offset)
{
    switch (offset) {
    case 0x00: return 0x74726976; /* "virt" */
    case 0x04: return 1;          /* version */
    case 0x08: return 2;          /* a block device */
    case 0x0c: return 0x554d4551; /* "QEMU" */
    case 0x10: return 0x39000000; /* features */
    case 0x34: return 1024;       /* largest queue */
    case 0xb0:
    case 0xb4: return UINT64_MAX; /* length of shared memory: -1 for none, and the function returns 64 bits */
    default: return 0;
    }
}

static enum verdict serve_qemu_virtio_mmio(struct channel *c, const struct access *a, struct response *response)
{
    uint64_t size = size_of(a), offset = (uint32_t)(a->offset - CONFIG); /* 32 bits of it are passed on */
    if (a->op > WRITE)
        return SILENCE;
    if (a->offset >= CONFIG && size > 4)
        return END_CONNECTION; /* the original's process ends: abort() */
    bool is_config = a->offset >= CONFIG && offset + size <= CONFIG_SIZE;
    if (a->op == WRITE) {
        if (is_config)
            store(&c->memory[0][offset], (unsigned)size, a->data);
        response->data = a->data;
        return a->resp ? ANSWER : SILENCE;
    }
    if (is_config)
        response->data = load(&c->memory[0][offset], (unsigned)size, 0);
    else if (a->offset >= CONFIG)
        response->data = UINT32_MAX; /* whatever the size */
    else if (size == 4)
        response->data = qemu_register(a->offset);
    return ANSWER;
}

/* One variable behind all offsets. A size exponent above 3 copies what lies behind it on the stack. */
static enum verdict serve_kvm_unit_tests(struct channel *c, const struct access *a, struct response *response)
{
    unsigned size = (unsigned)size_of(a), count = size < VARIABLE_SIZE ? size : VARIABLE_SIZE;
    uint8_t *variable = c->memory[0];
    if (a->op > WRITE)
        return SILENCE;
    if (a->op == WRITE) {
        store(variable, count, a->data);
        return a->resp ? ANSWER : SILENCE;
    }
    response->data = load(variable, count, 0);
    for (unsigned i = VARIABLE_SIZE; i < size && i < sizeof *response; i++)
        response->padding[i - VARIABLE_SIZE] = STACK_BYTE;
    return ANSWER;
}

/* A READ32 of vmsh's block device: fills `value`, or leaves it. */
static void vmsh_register(uint64_t offset, uint64_t *value)
{
    switch (offset) {
    case 0x00: *value = 0x74726976; break; /* "virt" */
    case 0x04: *value = 2; break;          /* version */
    case 0x08: *value = 2; break;          /* a block device */
    case 0x10: *value = 0x20000200; break; /* features */
    case 0x34: *value = 256; break;        /* largest queue */
    case 0x0c:                             /* vendor */
    case 0x44:                             /* queue ready */
    case 0x60:                             /* interrupts */
    case 0x70:                             /* status */
    case 0xfc: *value = 0; break;          /* generation */
    default: break;
    }
}

/* A READ fills the low bytes of the command's own data, which are then the answer: completely, in part, or not at all. */
static enum verdict serve_vmsh(struct channel *c, const struct access *a, struct response *response)
{
    uint64_t size = size_of(a), config = a->offset - CONFIG, value = a->data;
    if (a->offset > REGION - size)
        return END_CONNECTION; /* no such address on its bus */
    unsigned count = a->offset < CONFIG ? 0 : within(config, CONFIG_SIZE, size);
    if (a->op == WRITE) {
        if (count > 0)
            store(&c->memory[0][config], count, a->data);
        return ANSWER; /* "an arbitrary response": 0 */
    }
    if (count > 0)
        value = load(&c->memory[0][config], count, value);
    else if (a->offset < CONFIG && size == 4)
        vmsh_register(a->offset, &value);
    response->data = value & (UINT64_MAX >> (64 - 8 * size));
    return ANSWER;
}

static enum verdict serve_vmsh_test_ioctls(struct channel *c, const struct access *a, struct response *response)
{
    (void)c;
    response->data = a->op == READ ? 0xff : 0;
    return ANSWER;
}

static const struct kind kinds[] = {
    { "qemu-multiprocess", decode_byte_fields, serve_qemu_multiprocess, ZERO_FILL },
    { "qemu-virtio-mmio", decode_byte_fields, serve_qemu_virtio_mmio, ZERO_FILL },
    { "kvm-unit-tests", decode_byte_fields, serve_kvm_unit_tests, KEEP_STALE },
    { "vmsh", decode_info_word, serve_vmsh, GIVE_UP },
    { "vmsh-test-ioctls", decode_info_word, serve_vmsh_test_ioctls, GIVE_UP },
};

#endif

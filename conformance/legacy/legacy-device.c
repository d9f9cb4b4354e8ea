/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * legacy-device: answers ioregionfd commands the way the known legacy devices do, surprises included.
 * Written from the observed behaviour of four programs; no code of theirs is copied:
 *   qemu-multiprocess  QEMU multiprocess RFC of Feb 2022, patch 8/8 (hw/remote/ioregionfd.c)
 *   qemu-virtio-mmio   vmuxIO's QEMU, virtio-mmio over ioregionfd
 *   kvm-unit-tests     ioregionfd-test.c of the kvm-unit-tests RFC, Mar 2021
 *   vmsh               vmsh, kvm_ioregionfd.rs
 * Layouts: byte-fields is the kvm list RFC v3 (Feb 2021); info-word the API text of Nov 2020 up to RFC v2.
 * Build: cc -std=c11 -O2 -Wall -Wextra -o legacy-device legacy-device.c
 * Run:   ./legacy-device --kind vmsh --unix dev.sock --seqpacket     (or --help)
 */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { REGION = 0x1000, BARS = 2, READ = 0, WRITE = 1, BAD_USAGE = 2, CANNOT_BIND = 3 };

/* As on the wire, little-endian; 32 bytes each. */
struct command { uint8_t head[8]; uint64_t user_data, offset, data; };
struct response { uint64_t data; uint8_t padding[24]; };
struct access {
    unsigned op, size_exponent, resp;
    uint64_t user_data, offset, data;
};

enum reaction {
    PERFORM,        /* on the memory, with the offset wrapped into it */
    ANSWER_ONES,    /* nothing is done, the answer is UINT64_MAX */
    ANSWER_NOTHING, /* nothing is done, a READ gives 0, a WRITE is answered as if it had been done */
    STAY_SILENT,    /* nothing is done, no answer, the channel stays open */
    END_CONNECTION, /* nothing is done, no answer, the channel is closed */
};
enum short_read { ZERO_FILL, KEEP_STALE, GIVE_UP };

struct kind {
    const char *name;
    void (*decode)(const uint8_t *head, struct access *a);
    unsigned op_mask;           /* the bits of cmd that are looked at; an op above WRITE is met with silence */
    unsigned bars;              /* a user_data below this is served; 0: user_data is not looked at */
    enum reaction bad_size;     /* size exponent above 3 */
    enum reaction bad_offset;   /* the access does not lie within the region */
    enum short_read short_read; /* 1 to 31 bytes received */
    uint64_t read_fill;         /* what stands in a READ's answer above the access size */
    bool write_echoes;          /* a WRITE's answer is the data of the command; else 0 */
    bool write_always_answers;  /* the resp bit of a WRITE is not looked at */
};

/* Bytes 2..7 are padding and bits 5..7 of byte 1 unused: no device looks at them. */
static void decode_byte_fields(const uint8_t *head, struct access *a)
{
    a->op = head[0];
    a->size_exponent = head[1] & 0x0f;
    a->resp = head[1] >> 4 & 1;
}

/* Bits 7..31 of the info word are reserved and bytes 4..7 padding: no device looks at them. */
static void decode_info_word(const uint8_t *head, struct access *a)
{
    a->op = head[0] & 0x0f;
    a->size_exponent = head[0] >> 4 & 3; /* two bits: there is no bad size */
    a->resp = head[0] >> 6 & 1;
}

static const struct kind kinds[] = {
    {   .name = "qemu-multiprocess",
        .decode = decode_byte_fields,
        .op_mask = 0xff,              /* unknown cmd: sets an error that the caller drops; silence */
        .bars = BARS,                 /* (int)user_data is the BAR; no such BAR: a wild read (not here), silence */
        .bad_size = STAY_SILENT,      /* original: up to 32768 bytes into or out of an 8-byte variable */
        .bad_offset = ANSWER_ONES,    /* unchecked: the bus access fails (original: or it hits other memory) */
        .short_read = ZERO_FILL,      /* cmd is zeroed first, and the length read is not checked */
        .read_fill = UINT64_MAX,      /* a READ fills the low bytes of a variable that was set to UINT64_MAX */
        .write_echoes = true,         /* an acked WRITE gives cmd.data back, all 64 bits */
    }, {.name = "qemu-virtio-mmio",
        .decode = decode_byte_fields,
        .op_mask = 0xff,              /* unknown cmd: only sets an error; silence */
        .bad_size = ANSWER_NOTHING,   /* passed on as the size to the register function, which reads 0 */
        .bad_offset = ANSWER_NOTHING, /* passed on to the register function, which reads 0 */
        .short_read = ZERO_FILL,      /* cmd is zeroed first, and the length read is not checked */
        .write_echoes = true,         /* an acked WRITE gives cmd.data back, and never fails */
    }, {.name = "kvm-unit-tests",
        .decode = decode_byte_fields,
        .op_mask = 0xff,              /* unknown cmd: default case, silence */
        .bad_size = STAY_SILENT,      /* original: copies beyond the end of an 8-byte variable */
        .bad_offset = PERFORM,        /* offset is ignored (original: one 8-byte variable behind all offsets) */
        .short_read = KEEP_STALE,     /* read() unchecked: the rest is still the command before (zero at first) */
        .write_echoes = false,        /* the answer to a WRITE is all zero */
    }, {.name = "vmsh",
        .decode = decode_info_word,
        .op_mask = 0x01,              /* one bit of cmd: an even unknown cmd runs as READ, an odd one as WRITE */
        .bad_offset = END_CONNECTION, /* bus look-up error: no answer, and the event loop ends */
        .short_read = GIVE_UP,        /* "incorrect length": the event loop ends */
        .write_echoes = false,        /* "an arbitrary response": 0 */
        .write_always_answers = true, /* the resp bit is read with the opposite sense, and for logging only */
    },
};

struct connection {
    const struct kind *kind;
    int read_fd, write_fd;
    struct command command;
    uint8_t memory[BARS][REGION];
};

/* True if a failed call is worth another try: interrupted, or not ready on a descriptor that does not block. */
static bool retry(int fd, short events)
{
    struct pollfd p = { .fd = fd, .events = events };
    return errno == EINTR || (errno == EAGAIN && (poll(&p, 1, -1) >= 0 || errno == EINTR));
}

/* One read of up to 32 bytes, as in all four, on a stream too: a command in pieces is several short ones.
   At EOF some originals spin (QEMU; kvm-unit-tests on a socket), the others end; this one ends. */
static bool receive(struct connection *conn)
{
    ssize_t n;
    if (conn->kind->short_read == ZERO_FILL)
        memset(&conn->command, 0, sizeof conn->command);
    while ((n = read(conn->read_fd, &conn->command, sizeof conn->command)) < 0 && retry(conn->read_fd, POLLIN))
        ;
    return n == sizeof conn->command || (n > 0 && conn->kind->short_read != GIVE_UP);
}

/* One write: pipes and Unix sockets take 32 bytes whole. The padding is zero in all four. */
static bool respond(const struct connection *conn, uint64_t data)
{
    struct response response = { .data = htole64(data) };
    ssize_t n;
    while ((n = write(conn->write_fd, &response, sizeof response)) < 0 && retry(conn->write_fd, POLLOUT))
        ;
    return n == sizeof response;
}

static enum reaction judge(const struct kind *k, const struct access *a)
{
    if (a->op > WRITE || (k->bars && a->user_data >= k->bars))
        return STAY_SILENT;
    if (a->size_exponent > 3)
        return k->bad_size;
    return a->offset > REGION - (UINT64_C(1) << a->size_exponent) ? k->bad_offset : PERFORM;
}

/* Returns what a READ answers. */
static uint64_t perform(uint8_t *memory, const struct access *a, uint64_t fill)
{
    unsigned size = 1u << a->size_exponent;
    uint64_t value = size < 8 ? fill << (8 * size) : 0;
    for (unsigned i = 0; i < size; i++) {
        uint8_t *byte = &memory[(a->offset + i) % REGION];
        if (a->op == WRITE)
            *byte = (uint8_t)(a->data >> (8 * i));
        value |= (uint64_t)*byte << (8 * i);
    }
    return value;
}

/* Executes the command that was received; false if the connection ends with it. */
static bool execute(struct connection *conn)
{
    const struct kind *k = conn->kind;
    const struct command *c = &conn->command;
    struct access a = { .offset = le64toh(c->offset), .data = le64toh(c->data) };
    a.user_data = le64toh(c->user_data) & UINT32_MAX; /* matters to QEMU only, which keeps it in an int */
    k->decode(c->head, &a);
    a.op &= k->op_mask;
    enum reaction reaction = judge(k, &a);
    if (reaction == STAY_SILENT || reaction == END_CONNECTION)
        return reaction == STAY_SILENT;
    uint64_t answer = reaction == ANSWER_ONES ? UINT64_MAX : 0;
    if (reaction == PERFORM)
        answer = perform(conn->memory[k->bars ? a.user_data : 0], &a, k->read_fill);
    if (a.op == READ)
        return respond(conn, answer); /* none of the four looks at the resp bit of a READ */
    if (reaction != ANSWER_ONES)
        answer = k->write_echoes ? a.data : 0;
    return a.resp || k->write_always_answers ? respond(conn, answer) : true;
}

static void serve(const struct kind *kind, int read_fd, int write_fd)
{
    struct connection conn = { .kind = kind, .read_fd = read_fd, .write_fd = write_fd };
    while (receive(&conn) && execute(&conn))
        ;
}

static struct sockaddr_un address = { .sun_family = AF_UNIX }; /* no path until it is ours to remove */

static void on_term(int signal_number)
{
    (void)signal_number;
    unlink(address.sun_path);
    _exit(0);
}

static _Noreturn void fail(int status, const char *what, const char *detail)
{
    fprintf(stderr, "legacy-device: %s%s\n", what, detail);
    exit(status);
}

/* A socket left by an earlier run makes way; anything else of that name stays. */
static int listen_on(const char *path, int type)
{
    struct stat st;
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    if (strlen(path) >= sizeof address.sun_path)
        fail(CANNOT_BIND, "cannot bind, the path is too long: ", path);
    if (lstat(path, &st) == 0 && (!S_ISSOCK(st.st_mode) || unlink(path) != 0))
        fail(CANNOT_BIND, "cannot bind, in the way and not a socket that can be removed: ", path);
    strcpy(address.sun_path, path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, SOMAXCONN) != 0)
        fail(CANNOT_BIND, "cannot bind: ", strerror(errno));
    return fd;
}

static void serve_socket(const struct kind *kind, const char *path, int type, bool once)
{
    int fd, listener = listen_on(path, type);
    printf("listening %s\n", path);
    fflush(stdout);
    do {
        if ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) < 0)
            fail(EXIT_FAILURE, "cannot accept: ", strerror(errno));
        serve(kind, fd, fd);
        close(fd);
    } while (!once);
    unlink(path);
}

static const struct kind *kind_named(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return &kinds[i];
    fail(BAD_USAGE, "unknown kind: ", name);
}

static int open_fd(const char *text)
{
    char *end;
    long fd = strtol(text, &end, 10);
    if (end == text || *end || fd < 0 || fd != (int)fd || fcntl((int)fd, F_GETFD) < 0)
        fail(BAD_USAGE, "not an open descriptor: ", text);
    return (int)fd;
}

static const char usage[] = "usage: legacy-device --kind KIND WHERE [--once]\n"
    "KIND:  qemu-multiprocess, qemu-virtio-mmio, kvm-unit-tests (byte-fields layout); vmsh (info-word layout)\n"
    "WHERE: --unix PATH [--seqpacket] | --fd N | --read-fd N --write-fd M";

int main(int argc, char **argv)
{
    enum { UNIX = 1, FD = 2, READ_FD = 4, WRITE_FD = 8 };
    static const struct option options[] = {
        { "kind", 1, NULL, 'k' }, { "unix", 1, NULL, 'u' }, { "seqpacket", 0, NULL, 's' }, { "fd", 1, NULL, 'f' },
        { "read-fd", 1, NULL, 'r' }, { "write-fd", 1, NULL, 'w' }, { "once", 0, NULL, 'o' },
        { "help", 0, NULL, 'h' }, { 0 },
    };
    const struct kind *kind = NULL;
    const char *path = NULL;
    int read_fd = -1, write_fd = -1, type = SOCK_STREAM, once = 0, given = 0, option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'k': kind = kind_named(optarg); break;
        case 'u': given |= UNIX, path = optarg; break;
        case 's': type = SOCK_SEQPACKET; break;
        case 'f': given |= FD, read_fd = write_fd = open_fd(optarg); break;
        case 'r': given |= READ_FD, read_fd = open_fd(optarg); break;
        case 'w': given |= WRITE_FD, write_fd = open_fd(optarg); break;
        case 'o': once = 1; break;
        case 'h': return puts(usage) < 0;
        default: fail(BAD_USAGE, "bad option, see --help: ", argv[optind - 1]);
        }
    }
    if (optind < argc)
        fail(BAD_USAGE, "unexpected argument: ", argv[optind]);
    if (!kind || (given != UNIX && given != FD && given != (READ_FD | WRITE_FD)) || (path && !*path))
        fail(BAD_USAGE, "--kind and one of --unix, --fd, --read-fd with --write-fd are needed, see --help", "");
    if (type == SOCK_SEQPACKET && !path)
        fail(BAD_USAGE, "--seqpacket goes with --unix", "");
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, on_term);
    path ? serve_socket(kind, path, type, once) : serve(kind, read_fd, write_fd);
    return 0;
}

/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * legacy-device: answers ioregionfd commands the way the known legacy devices do, surprises included. This is the program, which
 * moves the bytes; legacy-devices.h has the behaviour of the devices.
 * Build: cc -std=c11 -O2 -Wall -Wextra -o legacy-device legacy-device.c
 * Run:   ./legacy-device --kind vmsh --unix dev.sock --seqpacket     (or --help)
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
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

#include "legacy-devices.h"

enum {
    REPEATS_MAX = 3, /* how often the last command is done again at the end of a socket; the original never stops */
    BAD_USAGE = 2,
    CANNOT_BIND = 3,
};

/* True if a failed call is worth another try: interrupted, or not ready on a descriptor that does not block. */
static bool retry(int fd, short events)
{
    struct pollfd p = { .fd = fd, .events = events };
    return errno == EINTR || (errno == EAGAIN && (poll(&p, 1, -1) >= 0 || errno == EINTR));
}

/* After a read of no bytes: true if that was a record and not the end. */
static bool goes_on(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLRDHUP };
    char byte;
    ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n != 0)
        return n > 0 || errno == EAGAIN;
    return poll(&p, 1, 0) == 0;
}

/* One read of up to 32 bytes, as in all of them, on a stream too: a command in pieces is several short ones.
   SILENCE: nothing was received that is a command. */
static enum verdict receive(struct channel *c)
{
    struct stat st;
    ssize_t n;
    if (c->kind->short_read == ZERO_FILL)
        memset(&c->command, 0, sizeof c->command);
    while ((n = read(c->read_fd, &c->command, sizeof c->command)) < 0 && retry(c->read_fd, POLLIN))
        ;
    if (n == sizeof c->command || (n > 0 && c->kind->short_read != GIVE_UP))
        return ANSWER;
    if (n != 0 || c->kind->short_read == GIVE_UP)
        return END_CONNECTION;
    if (goes_on(c->read_fd))
        return c->kind->short_read == KEEP_STALE ? ANSWER : SILENCE;
    bool repeats = c->kind->short_read == KEEP_STALE && fstat(c->read_fd, &st) == 0 && S_ISSOCK(st.st_mode);
    return repeats && c->repeats++ < REPEATS_MAX ? ANSWER : END_CONNECTION;
}

/* One write: pipes and Unix sockets take 32 bytes whole. */
static bool respond(const struct channel *c, const struct response *response)
{
    ssize_t n;
    while ((n = write(c->write_fd, response, sizeof *response)) < 0 && retry(c->write_fd, POLLOUT))
        ;
    return n == sizeof *response;
}

/* Executes the command that was received; false if the connection ends with it. */
static bool execute(struct channel *c)
{
    const struct command *command = &c->command;
    struct response response = { 0 };
    struct access a = {
        .user_data = le64toh(command->user_data),
        .offset = le64toh(command->offset),
        .data = le64toh(command->data),
    };
    c->kind->decode(command->head, &a);
    enum verdict verdict = c->kind->serve(c, &a, &response);
    response.data = htole64(response.data);
    return verdict == ANSWER ? respond(c, &response) : verdict == SILENCE;
}

static void serve(const struct kind *kind, int read_fd, int write_fd)
{
    struct channel c = { .kind = kind, .read_fd = read_fd, .write_fd = write_fd };
    enum verdict received;
    memset(&c.command, STACK_BYTE, sizeof c.command); /* what a short first command finds there */
    while ((received = receive(&c)) == SILENCE || (received == ANSWER && execute(&c)))
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
    "KIND:  qemu-multiprocess, qemu-virtio-mmio, kvm-unit-tests (byte-fields layout);\n"
    "       vmsh, vmsh-test-ioctls (info-word layout)\n"
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

// SPDX-License-Identifier: GPL-2.0-only OR BSD-3-Clause
/*
 * 1 to 8 bytes, or a FENCE, in as many commands as they need, one after the other.
 * A transfer that was interrupted is gone on with where it was, and no command is
 * sent twice [FAI-002].
 */
#include <linux/log2.h>

#include "internal.h"

/* [LEN-001] 3, 5, 6 and 7 bytes have no size exponent. */
static bool is_cut(const struct ior_transfer *transfer)
{
	return transfer->size && !is_power_of_2(transfer->size);
}

/*
 * [LEN-001] The bytes of the next command. What is cut is naturally aligned pieces
 * in ascending order; 1, 2, 4 and 8 stay whole, wherever they begin.
 */
static unsigned int next_piece(const struct ior_transfer *transfer)
{
	unsigned int piece = transfer->size;

	if (!is_cut(transfer))
		return piece;
	piece = rounddown_pow_of_two(transfer->size - transfer->done);
	while ((transfer->offset + transfer->done) & (piece - 1))
		piece >>= 1;
	return piece;
}

static int begin_piece(struct ior_transfer *transfer)
{
	unsigned int piece = next_piece(transfer);
	struct ior_access *access = ior_access_alloc();

	if (!access)
		return -ENOMEM;
	access->posting = transfer->posting;
	access->is_rest = transfer->done;
	access->command.op = transfer->op;
	access->command.size_exponent = piece ? ilog2(piece) : 0;
	access->command.user_data = transfer->user_data;
	access->command.offset = transfer->offset + transfer->done;
	if (transfer->op == IOREGIONFD_OP_WRITE)
		access->command.data = ioregionfd_hs_truncate(transfer->data >> 8 * transfer->done,
							      access->command.size_exponent);
	if (is_cut(transfer) && !transfer->done)
		atomic_inc(&transfer->channel->cut);
	transfer->access = access;
	ior_access_begin(transfer->channel, access);
	return 0;
}

/* [LEN-002] The end of the last piece; what was done in part may have been executed. */
static void note_end(struct ior_transfer *transfer, u32 end)
{
	if (transfer->done && end == IOREGIONFD_END_NOT_SENT)
		end = IOREGIONFD_END_MAYBE_EXECUTED;
	transfer->end = end;
}

/* What was not read is ones. */
static void fill(struct ior_transfer *transfer)
{
	if (transfer->op == IOREGIONFD_OP_READ && transfer->done < transfer->size)
		transfer->data |= GENMASK_ULL(8 * transfer->size - 1, 8 * transfer->done);
}

static void end_piece(struct ior_transfer *transfer)
{
	struct ior_access *access = transfer->access;

	if (transfer->op == IOREGIONFD_OP_READ)
		transfer->data |= access->value << 8 * transfer->done;
	note_end(transfer, access->end);
	if (is_cut(transfer))	/* [LEN-006] as the first one */
		transfer->posting = access->command.response_wanted ? IOR_ANSWERED : IOR_POSTED_ONLY;
	if (transfer->status <= IOREGIONFD_HS_STATUS_OK)	/* [LEN-003] */
		transfer->status = access->status;
	transfer->done += 1u << access->command.size_exponent;
	transfer->access = NULL;
	ior_access_put(access);
}

/* Whether it goes beyond the last offset, which no guest can do: it is not sent. */
static bool wraps(const struct ior_transfer *transfer)
{
	return is_cut(transfer) && transfer->offset + transfer->size - 1 < transfer->offset;
}

/*
 * Begins a transfer or goes on with it. 0: it has ended, and says how. -EINTR: it
 * has not, and the next call goes on. -ENOMEM: likewise.
 */
int ior_transfer_go(struct ior_transfer *transfer, unsigned int how)
{
	int error;

	if (wraps(transfer)) {
		transfer->end = IOREGIONFD_END_NOT_SENT;
		fill(transfer);
		return 0;
	}
	do {
		error = transfer->access ? 0 : begin_piece(transfer);
		if (!error)
			error = ior_access_wait(transfer->channel, transfer->access, how);
		if (error)
			return error;
		end_piece(transfer);
	} while (transfer->end == IOREGIONFD_END_DONE && transfer->done < transfer->size);
	if (is_cut(transfer))
		atomic_dec(&transfer->channel->cut);
	fill(transfer);
	return 0;
}

/* Ends a transfer that has not ended. */
void ior_transfer_abandon(struct ior_transfer *transfer)
{
	bool began = transfer->access || transfer->done;
	u32 end = IOREGIONFD_END_NOT_SENT;

	if (is_cut(transfer) && began)
		atomic_dec(&transfer->channel->cut);
	fill(transfer);
	if (transfer->access)
		end = ior_access_abandon(transfer->channel, transfer->access);
	transfer->access = NULL;
	/* what comes after this piece is not sent */
	note_end(transfer, end == IOREGIONFD_END_DONE ? IOREGIONFD_END_MAYBE_EXECUTED : end);
}

bool ior_transfer_failed(const struct ior_transfer *transfer)
{
	return transfer->end != IOREGIONFD_END_DONE || transfer->status > IOREGIONFD_HS_STATUS_OK;
}

-- SPDX-License-Identifier: BSD-3-Clause
--
-- Wireshark dissector of the ioregionfd data plane: version 0 in both layouts, the handshake, versions 1 and 2.
-- It follows each channel from its first frame and names the clause of ../handshake.md that a frame breaks.
-- How to use it, and the two encapsulations: README.md beside this file.

-- BEGIN GENERATED
-- From ../registry/registry.json; after a change there: spec/generate

local FRAME_LENGTH = 32
local MARKER = "IORH"
local COMMAND_MARKER = 2
local RESPONSE_MARKER = 8
local HANDSHAKE_OP = 0x0F
local HELLO_OFFSET = "\x00\xFF\xFF\xFF\xFF\xFF\xFF\x7F"
local WINDOW_MAX = 65535
local DIGEST_CHECK = 0xe3069283
local DIGEST_CHECK_INPUT = "123456789"
local DIGEST_OFFSET = 28
local LAYOUT_INFO_WORD = 1
local LAYOUT_BYTE_FIELDS = 2
local FEATURE_POSTED_WRITES = 0
local FEATURE_OUT_OF_ORDER = 1
local FEATURE_FENCE = 2
local STATUS_OK = 1
local STATUS_BAD_REGION = 2
local STATUS_BAD_OFFSET = 3
local STATUS_DEVICE_FAULT = 4

local KINDS = {
    [1] = "HELLO",
    [2] = "OFFER",
    [3] = "SELECT",
    [4] = "ACCEPT",
    [5] = "REJECT",
    [6] = "ABORT",
    [7] = "KEPT_7",
    [8] = "KEPT_8",
    [9] = "RECORD",
    [83] = "KEPT_83",
}
local LAYOUTS = {
    [1] = "info-word",
    [2] = "byte-fields",
}
local STATUSES = {
    [1] = "OK",
    [2] = "BAD_REGION",
    [3] = "BAD_OFFSET",
    [4] = "DEVICE_FAULT",
}
local REASONS = {
    [1] = { name = "NO_COMMON_VERSION", frames = { "ABORT" } },
    [2] = { name = "VERSION_NOT_OFFERED", frames = { "REJECT" } },
    [3] = { name = "FEATURE_NOT_OFFERED", frames = { "REJECT" } },
    [4] = { name = "FEATURE_DEPENDENCY", frames = { "REJECT" } },
    [5] = { name = "REQUIRED_FEATURE_MISSING", frames = { "REJECT", "ABORT" } },
    [6] = { name = "BAD_WINDOW", frames = { "REJECT", "ABORT" } },
    [7] = { name = "DIGEST_MISMATCH", frames = { "REJECT" } },
    [8] = { name = "RESERVED_NOT_ZERO", frames = { "REJECT" } },
    [9] = { name = "UNEXPECTED_FRAME", frames = { "REJECT" } },
    [10] = { name = "PIN_UNSATISFIED", frames = { "ABORT" } },
    [11] = { name = "POLICY", frames = { "REJECT", "ABORT" } },
    [12] = { name = "RESOURCES", frames = { "REJECT" } },
}
local VERSIONS = {
    [0] = { name = "legacy", window_max = 1 },
    [1] = { name = "exact", window_max = 1 },
    [2] = { name = "tagged", window_max = 65535 },
}
local FEATURES = {
    [0] = { name = "POSTED_WRITES", needs = 1 },
    [1] = { name = "OUT_OF_ORDER", needs = 2 },
    [2] = { name = "FENCE", needs = 2 },
}
local OPS = {
    [0] = { [0] = "READ", [1] = "WRITE" },
    [1] = { [0] = "READ", [1] = "WRITE" },
    [2] = { [2] = "READ", [3] = "WRITE", [4] = "FENCE" },
}
local READ_HEADS = {
    { layout = LAYOUT_INFO_WORD, byte0 = { 0x40, 0x50, 0x60, 0x70 }, byte1 = { 0x00 } },
    { layout = LAYOUT_BYTE_FIELDS, byte0 = { 0x00 }, byte1 = { 0x00, 0x01, 0x02, 0x03, 0x10, 0x11, 0x12, 0x13 } },
}
local VERSION_BITS = {
    assignable = { first = 1, last = 23 },
    grease = { first = 24, last = 31 },
}
local FEATURE_BITS = {
    assignable = { first = 3, last = 31 },
    experimental = { first = 32, last = 47 },
    grease = { first = 48, last = 62 },
    kept = { first = 63, last = 63 },
}

local FRAMES = {
    HELLO = { sender = "K", fields = {
        { name = "read_head", offset = 0, width = 2, type = "read_head" },
        { name = "marker", offset = 2, width = 4, type = "bytes" },
        { name = "kind", offset = 6, width = 1, type = "u8" },
        { name = "nonce", offset = 7, width = 1, type = "u8" },
        { name = "user_data", offset = 8, width = 8, type = "u64" },
        { name = "offset", offset = 16, width = 8, type = "u64" },
        { name = "data", offset = 24, width = 8, type = "zero" },
    } },
    OFFER = { sender = "D", fields = {
        { name = "value", offset = 0, width = 8, type = "u64" },
        { name = "marker", offset = 8, width = 4, type = "bytes" },
        { name = "kind", offset = 12, width = 1, type = "u8" },
        { name = "nonce", offset = 13, width = 1, type = "u8" },
        { name = "max_inflight", offset = 14, width = 2, type = "u16" },
        { name = "features", offset = 16, width = 8, type = "features" },
        { name = "versions", offset = 24, width = 4, type = "versions" },
        { name = "reserved", offset = 28, width = 4, type = "zero" },
    } },
    SELECT = { sender = "K", fields = {
        { name = "op", offset = 0, width = 1, type = "u8" },
        { name = "reserved", offset = 1, width = 1, type = "zero" },
        { name = "marker", offset = 2, width = 4, type = "bytes" },
        { name = "kind", offset = 6, width = 1, type = "u8" },
        { name = "reserved", offset = 7, width = 1, type = "zero" },
        { name = "version", offset = 8, width = 2, type = "u16" },
        { name = "max_inflight", offset = 10, width = 2, type = "u16" },
        { name = "reserved", offset = 12, width = 4, type = "zero" },
        { name = "features", offset = 16, width = 8, type = "features" },
        { name = "reserved", offset = 24, width = 4, type = "zero" },
        { name = "digest", offset = 28, width = 4, type = "u32" },
    } },
    ACCEPT = { sender = "D", fields = {
        { name = "reserved", offset = 0, width = 8, type = "zero" },
        { name = "marker", offset = 8, width = 4, type = "bytes" },
        { name = "kind", offset = 12, width = 1, type = "u8" },
        { name = "reserved", offset = 13, width = 1, type = "zero" },
        { name = "max_inflight", offset = 14, width = 2, type = "u16" },
        { name = "features", offset = 16, width = 8, type = "features" },
        { name = "version", offset = 24, width = 2, type = "u16" },
        { name = "reserved", offset = 26, width = 2, type = "zero" },
        { name = "digest", offset = 28, width = 4, type = "u32" },
    } },
    REJECT = { sender = "D", fields = {
        { name = "reserved", offset = 0, width = 8, type = "zero" },
        { name = "marker", offset = 8, width = 4, type = "bytes" },
        { name = "kind", offset = 12, width = 1, type = "u8" },
        { name = "reserved", offset = 13, width = 1, type = "zero" },
        { name = "reason", offset = 14, width = 2, type = "reason" },
        { name = "detail", offset = 16, width = 8, type = "u64" },
        { name = "reserved", offset = 24, width = 8, type = "zero" },
    } },
    ABORT = { sender = "K", fields = {
        { name = "op", offset = 0, width = 1, type = "u8" },
        { name = "reserved", offset = 1, width = 1, type = "zero" },
        { name = "marker", offset = 2, width = 4, type = "bytes" },
        { name = "kind", offset = 6, width = 1, type = "u8" },
        { name = "reserved", offset = 7, width = 1, type = "zero" },
        { name = "reason", offset = 8, width = 2, type = "reason" },
        { name = "reserved", offset = 10, width = 6, type = "zero" },
        { name = "detail", offset = 16, width = 8, type = "u64" },
        { name = "reserved", offset = 24, width = 8, type = "zero" },
    } },
    COMMAND_INFO_WORD = { sender = "K", fields = {
        { name = "info", offset = 0, width = 4, type = "u32", bits = {
            { name = "cmd", first = 0, last = 3 },
            { name = "size_exponent", first = 4, last = 5 },
            { name = "resp", first = 6, last = 6 },
            { name = "reserved", first = 7, last = 31 },
        } },
        { name = "padding", offset = 4, width = 4, type = "zero" },
        { name = "user_data", offset = 8, width = 8, type = "u64" },
        { name = "offset", offset = 16, width = 8, type = "u64" },
        { name = "data", offset = 24, width = 8, type = "u64" },
    } },
    COMMAND_BYTE_FIELDS = { sender = "K", fields = {
        { name = "cmd", offset = 0, width = 1, type = "u8" },
        { name = "head", offset = 1, width = 1, type = "u8", bits = {
            { name = "size_exponent", first = 0, last = 3 },
            { name = "resp", first = 4, last = 4 },
            { name = "reserved", first = 5, last = 7 },
        } },
        { name = "padding", offset = 2, width = 6, type = "zero" },
        { name = "user_data", offset = 8, width = 8, type = "u64" },
        { name = "offset", offset = 16, width = 8, type = "u64" },
        { name = "data", offset = 24, width = 8, type = "u64" },
    } },
    RESPONSE = { sender = "D", fields = {
        { name = "data", offset = 0, width = 8, type = "u64" },
        { name = "padding", offset = 8, width = 24, type = "zero" },
    } },
    COMMAND_TAGGED = { sender = "K", fields = {
        { name = "op", offset = 0, width = 1, type = "u8" },
        { name = "size_exponent", offset = 1, width = 1, type = "u8" },
        { name = "flags", offset = 2, width = 2, type = "u16", bits = {
            { name = "response_wanted", first = 0, last = 0 },
            { name = "reserved", first = 1, last = 15 },
        } },
        { name = "tag", offset = 4, width = 4, type = "u32" },
        { name = "user_data", offset = 8, width = 8, type = "u64" },
        { name = "offset", offset = 16, width = 8, type = "u64" },
        { name = "data", offset = 24, width = 8, type = "u64" },
    } },
    RESPONSE_TAGGED = { sender = "D", fields = {
        { name = "data", offset = 0, width = 8, type = "u64" },
        { name = "tag", offset = 8, width = 4, type = "u32" },
        { name = "status", offset = 12, width = 2, type = "status" },
        { name = "reserved", offset = 14, width = 18, type = "zero" },
    } },
}

-- END GENERATED

-- Bytes -----------------------------------------------------------------------------------------------------------
-- A Lua number is a double: fields of 8 bytes and bitmaps stay byte strings, little-endian as on the wire [CHN-001].

local ZERO_8 = ("\0"):rep(8)
local ONES_8 = ("\255"):rep(8)

local function number_at(raw, at, width)
    local value = 0
    for i = at + width, at + 1, -1 do
        value = value * 256 + raw:byte(i)
    end
    return value
end

local function bytes_at(raw, at, width)
    return raw:sub(at + 1, at + width)
end

local function bytes_of(number)
    local bytes = {}
    for i = 1, 8 do
        bytes[i] = string.char(number % 256)
        number = math.floor(number / 256)
    end
    return table.concat(bytes)
end

local function hex(bytes)
    local digits = bytes:reverse():gsub(".", function(c) return ("%02x"):format(c:byte()) end)
    digits = digits:gsub("^0+(%x)", "%1")
    return "0x" .. digits
end

local function bits_of(number, first, last)
    return math.floor(number / 2 ^ first) % 2 ^ (last - first + 1)
end

local function has_bit(bytes, n)
    local byte = bytes:byte(math.floor(n / 8) + 1)
    return byte ~= nil and bits_of(byte, n % 8, n % 8) == 1
end

-- The bits of a bitmap for which the test holds, as 8 bytes.
local function bits_where(bytes, test)
    local kept = {}
    for i = 0, 7 do
        local byte = 0
        for n = 8 * i, 8 * i + 7 do
            if has_bit(bytes, n) and test(n) then
                byte = byte + 2 ^ (n % 8)
            end
        end
        kept[i + 1] = string.char(byte)
    end
    return table.concat(kept)
end

local function one_of(value, list)
    for _, member in ipairs(list) do
        if member == value then
            return true
        end
    end
    return false
end

-- Where bit32 is gone, Lua has an operator, which older ones cannot even parse.
local bxor = rawget(_G, "bit32") and bit32.bxor or load("return function(a, b) return a ~ b end")()

local CRC_TABLE = {}
for i = 0, 255 do
    local crc = i
    for _ = 1, 8 do
        crc = crc % 2 == 1 and bxor(math.floor(crc / 2), 0x82F63B78) or math.floor(crc / 2)
    end
    CRC_TABLE[i] = crc
end

local function crc32c(raw)
    local crc = 0xFFFFFFFF
    for i = 1, #raw do
        crc = bxor(CRC_TABLE[bxor(crc % 256, raw:byte(i))], math.floor(crc / 256))
    end
    return bxor(crc, 0xFFFFFFFF)
end

assert(crc32c(DIGEST_CHECK_INPUT) == DIGEST_CHECK, "CRC-32C is not computed rightly")

-- Frames as values ------------------------------------------------------------------------------------------------

-- Marked frames that are none of the handshake's own: only marker and kind are sure.
FRAMES.MARKED_COMMAND = {
    sender = "K",
    fields = {
        { name = "lead", offset = 0, width = 2, type = "bytes" },
        { name = "marker", offset = 2, width = 4, type = "bytes" },
        { name = "kind", offset = 6, width = 1, type = "u8" },
        { name = "body", offset = 7, width = 25, type = "bytes" },
    },
}
FRAMES.MARKED_RESPONSE = {
    sender = "D",
    fields = {
        { name = "value", offset = 0, width = 8, type = "u64" },
        { name = "marker", offset = 8, width = 4, type = "bytes" },
        { name = "kind", offset = 12, width = 1, type = "u8" },
        { name = "body", offset = 13, width = 19, type = "bytes" },
    },
}

-- A frame of a version that this dissector does not know.
FRAMES.OPAQUE = { fields = { { name = "body", offset = 0, width = FRAME_LENGTH, type = "bytes" } } }

local BYTE_STRINGS = { bytes = true, zero = true, u64 = true, features = true, versions = true }

-- Fields by name: numbers up to 4 bytes, byte strings for the rest; bits of a field by their own names.
local function values(raw, frame)
    local v = {}
    for _, field in ipairs(frame.fields) do
        if BYTE_STRINGS[field.type] then
            v[field.name] = bytes_at(raw, field.offset, field.width)
        else
            local number = number_at(raw, field.offset, field.width)
            v[field.name] = number
            for _, bit in ipairs(field.bits or {}) do
                v[bit.name] = bits_of(number, bit.first, bit.last)
            end
        end
    end
    return v
end

-- The first reserved byte or padding byte that is not zero.
local function first_not_zero(raw, frame)
    for _, field in ipairs(frame.fields) do
        if field.type == "zero" then
            for at = field.offset, field.offset + field.width - 1 do
                if raw:byte(at + 1) ~= 0 then
                    return at
                end
            end
        end
    end
    return nil
end

-- [HEL-010] no byte pair is in both sets of read heads: a HELLO tells its layout, and what else bears kind 1 is none.
local function layout_of_read_head(raw)
    for _, head in ipairs(READ_HEADS) do
        if one_of(raw:byte(1), head.byte0) and one_of(raw:byte(2), head.byte1) then
            return head.layout
        end
    end
    return nil
end

local function legacy_form(layout)
    return layout == LAYOUT_BYTE_FIELDS and "COMMAND_BYTE_FIELDS" or "COMMAND_INFO_WORD"
end

local function ones(size_exponent)
    local bytes = ({ [0] = 1, 2, 4, 8 })[size_exponent] or 8
    return ONES_8:sub(1, bytes) .. ZERO_8:sub(bytes + 1)
end

local function exceeds_size(data, size_exponent)
    local bytes = ({ [0] = 1, 2, 4, 8 })[size_exponent] or 8
    return data:sub(bytes + 1) ~= ZERO_8:sub(bytes + 1)
end

-- Words -----------------------------------------------------------------------------------------------------------

local function names_of(entries)
    local names = {}
    for code, entry in pairs(entries) do
        names[code] = entry.name
    end
    return names
end

local REASON_NAMES = names_of(REASONS)

local function numbers_text(bytes, range, known)
    local numbers = {}
    for n = range.first, range.last do
        if has_bit(bytes, n) and not known[n] then
            numbers[#numbers + 1] = n
        end
    end
    return table.concat(numbers, " ")
end

-- Appends a word and numbers, if there are any.
local function append(words, word, numbers)
    if numbers ~= "" then
        words[#words + 1] = word .. " " .. numbers
    end
end

local function versions_text(bytes)
    local words = {}
    for n = 0, VERSION_BITS.assignable.last do
        if VERSIONS[n] and has_bit(bytes, n) then
            words[#words + 1] = tostring(n)
        end
    end
    append(words, "unknown", numbers_text(bytes, VERSION_BITS.assignable, VERSIONS))
    append(words, "grease", numbers_text(bytes, VERSION_BITS.grease, {}))
    return #words == 0 and "none" or table.concat(words, " ")
end

local function features_text(bytes)
    local words = {}
    for n = 0, 63 do
        if FEATURES[n] and has_bit(bytes, n) then
            words[#words + 1] = FEATURES[n].name
        end
    end
    append(words, "unknown", numbers_text(bytes, { first = 0, last = FEATURE_BITS.assignable.last }, FEATURES))
    append(words, "unknown experimental", numbers_text(bytes, FEATURE_BITS.experimental, FEATURES))
    append(words, "grease", numbers_text(bytes, FEATURE_BITS.grease, {}))
    append(words, "kept", numbers_text(bytes, FEATURE_BITS.kept, {}))
    return #words == 0 and "none" or table.concat(words, " ")
end

local function reason_name(code)
    return REASON_NAMES[code] or "reason " .. code -- [REJ-002] an unknown reason is shown as a number
end

local function pin_text(detail)
    local words = {}
    if has_bit(detail, 63) then
        words[#words + 1] = "window"
    end
    if has_bit(detail, 62) then
        words[#words + 1] = "version"
    end
    append(words, "features", features_text(bits_where(detail, function(n) return n < 62 end)))
    return table.concat(words, ", ")
end

local function kind_text(detail)
    local kind = number_at(detail, 0, 4)
    return ("kind %d, %s"):format(kind, KINDS[kind] or "unknown")
end

-- What a reason's detail says (section 5.8); a reason that is not here has none.
local DETAILS = {
    NO_COMMON_VERSION = function(detail) return "versions " .. versions_text(detail) end,
    VERSION_NOT_OFFERED = function(detail) return "version " .. number_at(detail, 0, 4) end,
    FEATURE_NOT_OFFERED = features_text,
    FEATURE_DEPENDENCY = features_text,
    REQUIRED_FEATURE_MISSING = features_text,
    BAD_WINDOW = function(detail) return "max_inflight " .. number_at(detail, 0, 4) end,
    DIGEST_MISMATCH = function(detail) return "digest " .. hex(detail) end,
    RESERVED_NOT_ZERO = function(detail) return "byte " .. number_at(detail, 0, 4) end,
    UNEXPECTED_FRAME = kind_text,
    PIN_UNSATISFIED = pin_text,
}

local function detail_text(v)
    local text = DETAILS[REASON_NAMES[v.reason]]
    return text and text(v.detail) or v.detail ~= ZERO_8 and hex(v.detail) or ""
end

local function reason_text(v)
    local detail = detail_text(v)
    return reason_name(v.reason) .. (detail ~= "" and ": " .. detail or "")
end

-- Channels --------------------------------------------------------------------------------------------------------

local channels      -- by key
local channel_count
local packets       -- by packet number: what the first pass found, so that packets can be shown in any order

local function new_channel()
    channel_count = channel_count + 1
    return {
        number = channel_count,
        state = "Unnegotiated",
        version = 0,
        features = ZERO_8,
        window = 1,
        commands = 0, reads = 0, -- from K so far: frames, and unmarked READs of version 0
        queue = {}, first = 1, last = 0, by_tag = {}, inflight = 0, -- commands that wait for their response
        pending = { K = "", D = "" }, -- the bytes of a frame that is not whole yet
        fragment = {}, -- by side: what the packets with those bytes share
        ended = {}, -- by side: the packet that ended its stream
    }
end

local function await(channel, frame)
    channel.last = channel.last + 1
    channel.queue[channel.last] = frame
    channel.inflight = channel.inflight + 1
    if frame.tag then
        channel.by_tag[frame.tag] = frame
    end
end

local function oldest(channel)
    while channel.first <= channel.last and channel.queue[channel.first].answer do
        channel.queue[channel.first] = nil
        channel.first = channel.first + 1
    end
    return channel.queue[channel.first]
end

local function answer(channel, request, frame)
    request.answer = frame
    frame.request = request
    channel.inflight = channel.inflight - 1
    if request.tag then
        channel.by_tag[request.tag] = nil
    end
end

-- Findings: a violation breaks a clause; a surprise may be a legacy peer's right; a note is worth a look. The first of
-- the clauses is the one that the receiver names, the others are what the sender broke or what follows.
local function finding(severity)
    return function(frame, clauses, text, at, width)
        table.insert(frame.findings, {
            severity = severity,
            clauses = clauses,
            text = at and ("byte %d: %s"):format(at, text) or text,
            at = at or 0,
            width = width or at and 1 or FRAME_LENGTH,
        })
    end
end

local violation = finding("violation")
local surprise = finding("surprise")
local note = finding("note")

-- The channel has failed: which side has to close it, and by which clauses.
local function fail(channel, frame, sides)
    channel.state = "Failed"
    channel.failed = { packet = frame.packet, K = sides.K, D = sides.D }
end

local function form(frame, name, title)
    frame.form = name
    frame.name = title or name
    frame.v = values(frame.raw, FRAMES[name])
end

-- [MRK-001] the marker is looked for at its place only; from version 2 on a tag stands there in a response.
local function classify(channel, frame)
    local raw = frame.raw
    local at = frame.side == "K" and COMMAND_MARKER or RESPONSE_MARKER
    frame.marked = bytes_at(raw, at, #MARKER) == MARKER and (frame.side == "K" or channel.version < 2)
    frame.kind = frame.marked and raw:byte(at + #MARKER + 1) or nil
    local name = KINDS[frame.kind]
    local known = FRAMES[name] and FRAMES[name].sender == frame.side
    if known and name == "HELLO" then
        frame.layout = layout_of_read_head(raw)
        frame.read = frame.layout and values(raw, FRAMES[legacy_form(frame.layout)])
        known = frame.layout ~= nil
    elseif frame.side == "K" then
        known = known and raw:byte(1) == HANDSHAKE_OP -- [SEL-010]
    end
    if known then
        form(frame, name)
    elseif frame.marked then
        form(frame, frame.side == "K" and "MARKED_COMMAND" or "MARKED_RESPONSE",
            ("marked frame of kind %d"):format(frame.kind))
    end
    frame.handshake = known and name or nil
end

-- Commands of version 0 -------------------------------------------------------------------------------------------

local preferences = { layout = 0 }

-- Nothing on the wire tells the layout of a legacy peer. A guess: with reserved bits at zero, only the info-word layout
-- has more than a cmd in byte 0, and only the byte-fields layout has anything in byte 1; where neither, both mean the
-- same.
local function guess_layout(channel, raw)
    if not channel.guess and raw:byte(1) > 1 then
        channel.guess = LAYOUT_INFO_WORD
    elseif not channel.guess and raw:byte(2) ~= 0 then
        channel.guess = LAYOUT_BYTE_FIELDS
    end
    return channel.guess or LAYOUT_INFO_WORD
end

local function legacy_layout(channel, frame)
    if channel.layout then
        return channel.layout, "from the HELLO"
    elseif preferences.layout ~= 0 then
        return preferences.layout, "from the preferences"
    end
    return guess_layout(channel, frame.raw), "guessed"
end

local function command_summary(frame)
    local v = frame.v
    local size = v.size_exponent <= 3 and ("%d bit"):format(8 * 2 ^ v.size_exponent)
        or ("size exponent %d"):format(v.size_exponent)
    local text = ("%s %s %s+%s"):format(frame.name, size, hex(v.user_data), hex(v.offset))
    if frame.name == "WRITE" then
        text = text .. " data " .. hex(v.data) .. (frame.wants_response and "" or ", posted")
    end
    return text
end

local function decode_opaque(channel, frame)
    form(frame, "OPAQUE", "frame of version " .. channel.version)
    frame.summary = frame.name
end

local function decode_legacy_command(channel, frame)
    if channel.version == 1 then
        frame.layout, frame.layout_source = LAYOUT_INFO_WORD, "of version 1"
    else
        frame.layout, frame.layout_source = legacy_layout(channel, frame)
    end
    form(frame, legacy_form(frame.layout))
    frame.name = OPS[channel.version][frame.v.cmd] or ("cmd %d"):format(frame.v.cmd)
    frame.wants_response = frame.name == "READ" or frame.name == "WRITE" and frame.v.resp == 1
    frame.summary = command_summary(frame)
end

local function judge_data_above_size(frame)
    if frame.name == "WRITE" and exceeds_size(frame.v.data, frame.v.size_exponent) then
        surprise(frame, "ACE-003", "bits of data above the access size, ignored by the receiver", 24, 8)
    end
end

-- [V0-001] in the byte-fields layout, resp on a READ is K's choice; a HELLO has it as K's other READs do [HEL-007].
local function judge_resp_of_read(channel, frame, resp, breach, clause)
    if frame.layout ~= LAYOUT_BYTE_FIELDS then
        return
    elseif channel.resp and channel.resp ~= resp then
        breach(frame, clause, "resp is not that of K's earlier READs", 1)
    end
    channel.resp = resp
end

-- A K that has sent a HELLO is aware and bound by V0-001 and V0-002; any other may be a legacy peer.
local function judge_version_0(channel, frame)
    local breach = channel.aware and violation or surprise
    local v = frame.v
    if v.cmd > 1 then
        violation(frame, "V0-015", ("cmd %d: D closes, a legacy device ignores or executes it"):format(v.cmd), 0)
        if channel.aware then
            fail(channel, frame, { D = "V0-015" })
        end
        return
    end
    if frame.name == "READ" and v.offset == HELLO_OFFSET and channel.state ~= "Open" then
        violation(frame, "DST-003 V0-004", "an unmarked READ at HELLO_OFFSET: a HELLO that lost its marker; D closes",
            16, 8)
    end
    local reserved = first_not_zero(frame.raw, FRAMES[frame.form])
    if v.reserved ~= 0 or reserved then
        breach(frame, "V0-001 V0-013", "reserved bits or padding not zero, ignored by D", reserved or 0)
    end
    if frame.name == "READ" and frame.layout == LAYOUT_INFO_WORD and v.resp == 0 then
        breach(frame, "V0-001 V0-013", "a READ without resp, answered all the same", 0)
    end
    if frame.name == "READ" then
        judge_resp_of_read(channel, frame, v.resp, breach, "V0-001")
    end
    if frame.name == "READ" and v.data ~= ZERO_8 then
        breach(frame, "V0-001 V0-013", "data of a READ not zero, ignored by D", 24, 8)
    end
    if v.size_exponent > 3 then
        surprise(frame, "V0-014", ("size exponent %d: an access error, answered with ones"):format(v.size_exponent), 1)
    end
    judge_data_above_size(frame)
    if channel.inflight > 0 then
        breach(frame, "V0-002", ("a command while the response to packet %d is outstanding")
            :format(oldest(channel).packet))
    end
end

local function take_version_0(channel, frame)
    decode_legacy_command(channel, frame)
    judge_version_0(channel, frame)
    channel.reads = channel.reads + (frame.name == "READ" and 1 or 0)
    if frame.wants_response and channel.state ~= "Failed" then
        await(channel, frame)
    end
end

-- Commands of versions 1 and 2 ------------------------------------------------------------------------------------

-- Each returns clause, text, offset, width of the first rule that the command breaks.
local function broken_by_exact(channel, frame)
    local v = frame.v
    local reserved = first_not_zero(frame.raw, FRAMES[frame.form])
    if v.reserved ~= 0 or reserved then
        return "VIO-002 V1-001", "reserved bits or padding not zero", reserved or 0, reserved and 1 or 4
    elseif v.cmd > 1 then
        return "VIO-002", ("cmd %d"):format(v.cmd), 0
    elseif frame.name == "READ" and v.resp == 0 then
        return "VIO-002 V1-001", "a READ without resp", 0
    elseif frame.name == "READ" and v.data ~= ZERO_8 then
        return "VIO-002 V1-001", "data of a READ not zero", 24, 8
    elseif v.resp == 0 and not has_bit(channel.features, FEATURE_POSTED_WRITES) then
        return "VIO-005 V1-002", "a WRITE without resp, and POSTED_WRITES was not selected", 0
    elseif channel.inflight > 0 then
        return "V1-002", ("a command while the response to packet %d is outstanding"):format(oldest(channel).packet)
    end
    return nil
end

local function broken_by_fields(channel, frame)
    local v = frame.v
    if frame.name == "FENCE" and not has_bit(channel.features, FEATURE_FENCE) then
        return "VIO-003 FEA-002", "a FENCE, and FENCE was not selected", 0
    elseif not OPS[2][v.op] then
        return "VIO-003", ("op %d"):format(v.op), 0
    elseif v.size_exponent > 3 then
        return "VIO-003", ("size exponent %d"):format(v.size_exponent), 1
    elseif frame.name == "FENCE" and v.size_exponent ~= 0 then
        return "VIO-003", "size exponent of a FENCE not zero", 1
    elseif frame.name == "FENCE" and v.user_data ~= ZERO_8 then
        return "VIO-003", "user_data of a FENCE not zero", 8, 8
    elseif frame.name == "FENCE" and v.offset ~= ZERO_8 then
        return "VIO-003", "offset of a FENCE not zero", 16, 8
    elseif frame.name ~= "WRITE" and v.data ~= ZERO_8 then
        return "VIO-003", ("data of a %s not zero"):format(frame.name), 24, 8
    elseif v.reserved ~= 0 then
        return "VIO-003", "reserved flags", 2, 2
    end
    return nil
end

local function broken_by_tag(channel, frame)
    local v = frame.v
    if not frame.wants_response and frame.name ~= "WRITE" then
        return "VIO-004", ("a %s that wants no response"):format(frame.name), 2, 2
    elseif frame.wants_response and v.tag == 0 then
        return "VIO-004 V2-001", "tag 0 on a command that wants a response", 4, 4
    elseif not frame.wants_response and v.tag ~= 0 then
        return "VIO-004 V2-001", ("tag %d on a command that wants no response"):format(v.tag), 4, 4
    elseif not frame.wants_response and not has_bit(channel.features, FEATURE_POSTED_WRITES) then
        return "VIO-005", "a WRITE that wants no response, and POSTED_WRITES was not selected", 2, 2
    elseif channel.by_tag[v.tag] then
        return "VIO-006 V2-002", ("tag %d is in use since packet %d"):format(v.tag, channel.by_tag[v.tag].packet), 4, 4
    elseif frame.wants_response and channel.inflight >= channel.window then
        return "VIO-006 WIN-001", ("%d commands are outstanding, as many as the window allows"):format(channel.inflight)
    end
    return nil
end

local function decode_tagged_command(frame)
    form(frame, "COMMAND_TAGGED")
    frame.name = OPS[2][frame.v.op] or ("op %d"):format(frame.v.op)
    frame.wants_response = frame.v.response_wanted == 1
    if frame.name == "FENCE" then
        frame.summary = "FENCE"
    else
        frame.summary = command_summary(frame)
    end
    frame.summary = frame.summary .. (frame.v.tag ~= 0 and (" tag %d"):format(frame.v.tag) or "")
end

local function decode_command(channel, frame)
    if channel.version == 2 then
        decode_tagged_command(frame)
    elseif VERSIONS[channel.version] then
        decode_legacy_command(channel, frame)
    else
        decode_opaque(channel, frame)
    end
end

local function take_negotiated(channel, frame)
    decode_command(channel, frame)
    local clauses, text, at, width
    if channel.version == 1 then
        clauses, text, at, width = broken_by_exact(channel, frame)
    else
        clauses, text, at, width = broken_by_fields(channel, frame)
        if not clauses then
            clauses, text, at, width = broken_by_tag(channel, frame)
        end
    end
    if clauses then
        violation(frame, clauses, text .. ": D closes", at, width)
        fail(channel, frame, { D = clauses })
        return
    end
    judge_data_above_size(frame)
    if frame.wants_response then
        frame.tag = channel.version == 2 and frame.v.tag or nil
        await(channel, frame)
    end
end

-- The handshake, from K -------------------------------------------------------------------------------------------

local function is_detached(frame)
    return frame.v.offset == HELLO_OFFSET -- [HEL-012]
end

local function hello_summary(frame)
    local access = is_detached(frame) and "detached"
        or ("attached to READ %d bit %s+%s"):format(8 * 2 ^ frame.read.size_exponent, hex(frame.v.user_data),
            hex(frame.v.offset))
    return ("HELLO %s %s, nonce 0x%x"):format(LAYOUTS[frame.layout], access, frame.v.nonce)
end

local function take_hello(channel, frame)
    if is_detached(frame) and frame.read.size_exponent ~= 0 then
        violation(frame, "HEL-005", "a detached HELLO that is no 8-bit READ", 0, 2)
    end
    if is_detached(frame) and channel.commands > 1 and channel.state == "Unnegotiated" then
        violation(frame, "HEL-005", "a detached HELLO after other frames")
    end
    judge_resp_of_read(channel, frame, frame.read.resp, violation, "HEL-007")
    if frame.v.data ~= ZERO_8 then
        violation(frame, "HEL-007", "data of a HELLO not zero, ignored by D", 24, 8)
    end
    if channel.state == "Offered" then
        note(frame, "DST-004", "a new start: earlier frames count no more in the digest")
    end
    channel.aware = true
    channel.layout = frame.layout
    channel.state = "HelloSent"
    await(channel, frame)
end

-- The largest window that the SELECT of that version may ask for [SEL-014].
local function window_max(channel, version)
    local most = VERSIONS[version] and VERSIONS[version].window_max or WINDOW_MAX
    return math.min(most, channel.offer.v.max_inflight)
end

local function is_offered(channel, version)
    return version <= VERSION_BITS.assignable.last and has_bit(channel.offer.v.versions, version)
end

local function without_digest(raw)
    return raw:sub(1, DIGEST_OFFSET) .. ("\0"):rep(FRAME_LENGTH - DIGEST_OFFSET)
end

local function select_features_not_offered(channel, select)
    return bits_where(select.v.features, function(n)
        return not has_bit(channel.offer.v.features, n) or n >= FEATURE_BITS.grease.first
    end)
end

local function select_features_without_need(select)
    return bits_where(select.v.features, function(n)
        return FEATURES[n] ~= nil and FEATURES[n].needs > select.v.version
    end)
end

-- What D has to reject the SELECT with, in the order of SEL-011 to SEL-016; SEL-017 and SEL-018 are D's own affair.
local function expected_reject(channel, select)
    local reserved = first_not_zero(select.raw, FRAMES.SELECT)
    if reserved then
        return "SEL-011 MRK-002", "RESERVED_NOT_ZERO", bytes_of(reserved), reserved, 1
    elseif select.v.digest ~= select.digest then
        return "SEL-012 DIG-001", "DIGEST_MISMATCH", bytes_of(select.digest), DIGEST_OFFSET, 4
    elseif not is_offered(channel, select.v.version) then
        return "SEL-013", "VERSION_NOT_OFFERED", bytes_of(select.v.version), 8, 2
    end
    local window = window_max(channel, select.v.version)
    if select.v.max_inflight == 0 or select.v.max_inflight > window then
        return "SEL-014 SEL-003", "BAD_WINDOW", bytes_of(window), 10, 2
    end
    local not_offered = select_features_not_offered(channel, select)
    if not_offered ~= ZERO_8 then
        local greased = numbers_text(not_offered, FEATURE_BITS.grease, {}) ~= ""
        return greased and "SEL-015 GRS-002" or "SEL-015 SEL-002", "FEATURE_NOT_OFFERED", not_offered, 16, 8
    end
    local without_need = select_features_without_need(select)
    if without_need ~= ZERO_8 then
        return "SEL-016 SEL-002", "FEATURE_DEPENDENCY", without_need, 16, 8
    end
    return nil
end

local function agreement_text(v)
    return ("version %d, features %s, window %d"):format(v.version, features_text(v.features), v.max_inflight)
end

local function reason_code(name)
    for code, reason in pairs(REASONS) do
        if reason.name == name then
            return code
        end
    end
    return nil
end

-- Only what the answer has to be is kept: the state is SelectSent whatever was wrong.
local function expect_reject(channel, frame, clauses, reason, detail, at, width)
    local expected = { clauses = clauses, reason = reason_code(reason), detail = detail }
    violation(frame, clauses, "D answers REJECT " .. reason_text(expected), at, width)
    channel.expected = expected
end

local function take_select(channel, frame)
    channel.select = frame
    frame.digest = crc32c(channel.hello.raw .. channel.offer.raw .. without_digest(frame.raw))
    local clauses, reason, detail, at, width = expected_reject(channel, frame)
    if clauses then
        expect_reject(channel, frame, clauses, reason, detail, at, width)
    end
    if channel.offer.v.max_inflight == 0 then
        violation(frame, "OFR-012", "a SELECT for an OFFER of window 0: K sends ABORT BAD_WINDOW", 10, 2)
    end
    channel.state = "SelectSent"
    channel.asked = frame
    await(channel, frame)
end

local function judge_abort(channel, frame)
    local reason = reason_name(frame.v.reason)
    local versions = channel.offer.v.versions .. ("\0"):rep(4)
    local reserved = first_not_zero(frame.raw, FRAMES.ABORT)
    if reserved then
        violation(frame, "MRK-002", "reserved bytes not zero, not looked at by D", reserved)
    end
    if reason == "NO_COMMON_VERSION" and frame.v.detail ~= versions then
        violation(frame, "SEL-001", "the detail is not the OFFER's versions", 16, 8)
    elseif reason == "BAD_WINDOW" and channel.offer.v.max_inflight ~= 0 then
        violation(frame, "OFR-012", ("the OFFER's max_inflight is %d"):format(channel.offer.v.max_inflight), 8, 2)
    elseif reason == "BAD_WINDOW" and frame.v.detail ~= ZERO_8 then
        violation(frame, "OFR-012", "the detail is not 0", 16, 8)
    end
end

local function judge_reason_known(frame)
    local reason = REASONS[frame.v.reason]
    local at = frame.handshake == "ABORT" and 8 or 14
    if not reason then
        note(frame, "REJ-002", "an unknown reason", at, 2)
    elseif not one_of(frame.handshake, reason.frames) then
        surprise(frame, "", ("%s is no reason of %s (section 5.8)"):format(reason.name, frame.handshake), at, 2)
    end
end

local function take_abort(channel, frame)
    note(frame, "ABT-003", "K gives up: both sides close", 8, 2)
    judge_reason_known(frame)
    judge_abort(channel, frame)
    fail(channel, frame, { K = "ABT-002", D = "ABT-003" })
end

-- The handshake, from D -------------------------------------------------------------------------------------------

local function judge_offer(frame, hello)
    local v = frame.v
    local reserved = first_not_zero(frame.raw, FRAMES.OFFER)
    if v.max_inflight == 0 then
        violation(frame, "OFR-012 OFR-006", "max_inflight is 0: K answers ABORT BAD_WINDOW", 14, 2)
    elseif v.max_inflight > 1 and not has_bit(v.versions, 2) then
        violation(frame, "OFR-006", "max_inflight above 1 without version 2", 14, 2)
    end
    if not has_bit(v.versions, 1) then
        note(frame, "OFR-007", "version 1 is not listed: D's user has taken it away", 24, 4)
    end
    if has_bit(v.features, FEATURE_BITS.kept.first) then
        violation(frame, "OFR-005", "bit 63 is kept", 16, 8)
    end
    if is_detached(hello) and v.value ~= ZERO_8 then
        violation(frame, "OFR-003 HEL-012", "the value that answers a detached HELLO is 0", 0, 8)
    elseif exceeds_size(v.value, hello.read.size_exponent) then
        violation(frame, "OFR-003 ACE-003", "bits of the value above the access size", 0, 8)
    end
    if reserved then
        violation(frame, "MRK-002", "a reserved byte is not zero, ignored by K", reserved)
    end
end

local function take_offer(channel, frame, hello)
    answer(channel, hello, frame)
    if frame.v.nonce ~= hello.v.nonce then
        violation(frame, "OFR-010 OFR-002", ("the nonce of the HELLO is 0x%x: K fails"):format(hello.v.nonce), 13, 1)
        fail(channel, frame, { K = "OFR-010" })
        return
    end
    judge_offer(frame, hello)
    channel.hello = hello
    channel.offer = frame
    channel.state = "Offered"
end

-- Which rule an ACCEPT breaks [ACC-002]: text, offset, width.
local function broken_by_accept(channel, frame)
    local v, select = frame.v, channel.select.v
    local reserved = first_not_zero(frame.raw, FRAMES.ACCEPT)
    if v.version ~= select.version then
        return ("version %d was selected"):format(select.version), 24, 2
    elseif v.features ~= select.features then
        return ("features %s were selected"):format(features_text(select.features)), 16, 8
    elseif v.max_inflight ~= select.max_inflight then
        return ("a window of %d was selected"):format(select.max_inflight), 14, 2
    elseif reserved then
        return "a reserved byte is not zero", reserved, 1
    elseif v.digest ~= frame.digest then
        return ("the digest is 0x%08x"):format(frame.digest), DIGEST_OFFSET, 4
    end
    return nil
end

local function take_accept(channel, frame)
    frame.digest = crc32c(channel.hello.raw .. channel.offer.raw .. without_digest(channel.select.raw)
        .. without_digest(frame.raw))
    local text, at, width = broken_by_accept(channel, frame)
    if text then
        violation(frame, "ACC-002", text .. ": K fails", at, width)
        fail(channel, frame, { K = "ACC-002" })
        return
    end
    if channel.expected then
        violation(frame, channel.expected.clauses .. " ACC-001",
            "an ACCEPT where D answers REJECT " .. reason_text(channel.expected))
    end
    channel.state = "Open"
    channel.version = frame.v.version
    channel.features = frame.v.features
    channel.window = frame.v.max_inflight
end

local function judge_reject(channel, frame)
    local expected, v = channel.expected, frame.v
    local name = reason_name(v.reason)
    if expected and (v.reason ~= expected.reason or v.detail ~= expected.detail) then
        violation(frame, expected.clauses, "not the REJECT for that frame: " .. reason_text(expected), 14, 10)
    elseif not expected and name == "REQUIRED_FEATURE_MISSING" then
        if bits_where(v.detail, function(n) return has_bit(channel.select.v.features, n) end) ~= ZERO_8 then
            violation(frame, "SEL-017", "the SELECT holds features that the detail says are missing", 16, 8)
        end
    elseif not expected and (name == "POLICY" or name == "RESOURCES") then
        if v.detail ~= ZERO_8 then
            violation(frame, "SEL-018", "the detail is not 0", 16, 8)
        end
    elseif not expected and REASONS[v.reason] then
        violation(frame, "ACC-001", "the SELECT, as it was captured, passes that check", 14, 2)
    end
end

local function take_reject(channel, frame)
    local reserved = first_not_zero(frame.raw, FRAMES.REJECT)
    note(frame, "REJ-002", "D rejects: K fails, both sides close", 14, 2)
    judge_reason_known(frame)
    if reserved then
        violation(frame, "MRK-002", "reserved bytes not zero", reserved)
    end
    judge_reject(channel, frame)
    fail(channel, frame, { K = "REJ-002", D = "REJ-001" })
end

-- Responses -------------------------------------------------------------------------------------------------------

local function decode_response(channel, frame)
    if channel.version == 2 then
        form(frame, "RESPONSE_TAGGED", "RESPONSE")
        frame.summary = ("RESPONSE tag %d %s data %s"):format(frame.v.tag,
            STATUSES[frame.v.status] or ("status %d"):format(frame.v.status), hex(frame.v.data))
    elseif VERSIONS[channel.version] then
        form(frame, "RESPONSE")
        frame.summary = "RESPONSE data " .. hex(frame.v.data)
    else
        decode_opaque(channel, frame)
    end
end

-- A response of version 0 or 1. Only in Open is D known to be aware.
local function judge_plain_response(channel, frame, request)
    local breach = channel.state == "Open" and violation or surprise
    local padding = first_not_zero(frame.raw, FRAMES.RESPONSE)
    local size_exponent = (request.read or request.v).size_exponent or 3 -- of a marked READ that is no HELLO: any
    local data = frame.v.data
    if padding and channel.version == 1 then
        violation(frame, "V1-004 V1-003", "padding not zero: K fails", padding)
        fail(channel, frame, { K = "V1-004" })
        return
    elseif padding and request.name ~= "WRITE" then
        breach(frame, "V0-011", "padding not zero, not looked at by K", padding)
    end
    if exceeds_size(data, size_exponent) then
        breach(frame, "ACE-003", "bits of data above the access size, ignored by K", 0, 8)
    elseif size_exponent > 3 and data ~= ONES_8 then
        breach(frame, "V0-014", "an access without a valid size is answered with ones", 0, 8)
    elseif request.name == "WRITE" and data == ones(size_exponent) then
        note(frame, "ACE-002", "ones: the WRITE failed", 0, 8)
    elseif request.name == "WRITE" and data ~= ZERO_8 then
        breach(frame, channel.version == 0 and "V0-012" or "V1-003", "data that answers a WRITE is 0, or ones", 0, 8)
    end
end

local function judge_tagged_data(frame, request)
    local data, size_exponent = frame.v.data, request.v.size_exponent
    if frame.v.status == STATUS_OK and request.name ~= "READ" and data ~= ZERO_8 then
        violation(frame, "V2-004", ("data that answers a %s is 0"):format(request.name), 0, 8)
    elseif frame.v.status ~= STATUS_OK and data ~= ones(size_exponent) then
        violation(frame, "ACE-002", "data of a failed access is ones", 0, 8)
    elseif exceeds_size(data, size_exponent) then
        violation(frame, "ACE-003", "bits of data above the access size, ignored by K", 0, 8)
    end
    if frame.v.status ~= STATUS_OK then
        note(frame, "ACE-001", "the access failed", 12, 2)
    end
end

local function broken_by_tagged_response(channel, frame, request)
    local reserved = first_not_zero(frame.raw, FRAMES.RESPONSE_TAGGED)
    if not request then
        return "V2-005 FAI-003", ("no command with tag %d is outstanding"):format(frame.v.tag), 8, 4
    elseif not STATUSES[frame.v.status] then
        return "V2-005", ("status %d"):format(frame.v.status), 12, 2
    elseif reserved then
        return "V2-005", "a reserved byte is not zero", reserved, 1
    elseif not has_bit(channel.features, FEATURE_OUT_OF_ORDER) and request ~= oldest(channel) then
        return "V2-005 ORD-003", ("out of order: packet %d is not answered, and OUT_OF_ORDER was not selected")
            :format(oldest(channel).packet), 8, 4
    end
    return nil
end

local function take_tagged_response(channel, frame)
    decode_response(channel, frame)
    local request = channel.by_tag[frame.v.tag]
    local clauses, text, at, width = broken_by_tagged_response(channel, frame, request)
    local earlier = oldest(channel)
    if request then
        answer(channel, request, frame)
    end
    if clauses then
        violation(frame, clauses, text .. ": K fails", at, width)
        fail(channel, frame, { K = clauses })
        return
    end
    judge_tagged_data(frame, request)
    if request.name == "FENCE" and earlier ~= request then
        note(frame, "FEA-001", ("a FENCE is answered before the response to packet %d"):format(earlier.packet))
    end
end

local function take_plain_response(channel, frame)
    local request = oldest(channel)
    decode_response(channel, frame)
    if not request then
        violation(frame, channel.commands == 0 and "KST-001 CHN-006" or "FAI-003 CHN-006",
            "it answers nothing: a legacy KVM takes it as the answer to its next command")
        if channel.aware then
            fail(channel, frame, { K = "FAI-003" })
        end
        return
    end
    answer(channel, request, frame)
    judge_plain_response(channel, frame, request)
end

-- States: what a frame means, by state and side (section 6) -------------------------------------------------------

-- From K; HELLO, SELECT, ABORT, marked (any other marked frame), command (unmarked).
local from_k = { Unnegotiated = {}, HelloSent = {}, Offered = {}, SelectSent = {}, Open = {}, Failed = {} }

function from_k.Unnegotiated.HELLO(channel, frame)
    if channel.legacy then
        violation(frame, "KST-002", "a HELLO after K went to Legacy: it stays with version 0")
    end
    if channel.reads > 0 and not channel.aware then
        surprise(frame, "KST-010", "a HELLO after unmarked READs: an aware K marks its first READ")
    end
    if channel.inflight > 0 then
        violation(frame, "HEL-003", ("a HELLO while the response to packet %d is outstanding")
            :format(oldest(channel).packet))
    end
    take_hello(channel, frame)
end

function from_k.Unnegotiated.marked(channel, frame)
    local broken_by_sender = ({ SELECT = "", ABORT = " ABT-001" })[frame.handshake] or " MRK-003"
    violation(frame, "DST-002" .. broken_by_sender, "a marked frame that is no HELLO, before any OFFER: D closes",
        COMMAND_MARKER, #MARKER + 1)
    if OPS[0][bits_of(frame.raw:byte(1), 0, 3)] == "READ" then
        await(channel, frame) -- what a legacy device sees is a READ
    end
end

from_k.Unnegotiated.command = take_version_0

function from_k.HelloSent.any(channel, frame)
    local request = oldest(channel)
    violation(frame, "HEL-003", ("a frame before the answer to the HELLO in packet %d"):format(request.packet))
    if frame.handshake == "HELLO" then
        take_hello(channel, frame)
    elseif not frame.marked then
        decode_legacy_command(channel, frame)
        if frame.wants_response then
            await(channel, frame)
        end
    end
end

from_k.Offered.HELLO = take_hello
from_k.Offered.SELECT = take_select
from_k.Offered.ABORT = take_abort

function from_k.Offered.marked(channel, frame)
    expect_reject(channel, frame, "SEL-010", "UNEXPECTED_FRAME", bytes_of(frame.kind), COMMAND_MARKER + #MARKER, 1)
    channel.state = "SelectSent"
    channel.asked = frame
    await(channel, frame)
end

function from_k.Offered.command(channel, frame)
    decode_legacy_command(channel, frame)
    violation(frame, "DST-005 KST-010", "an unmarked command after an OFFER: D closes and does not execute it")
    fail(channel, frame, { D = "DST-005" })
end

function from_k.SelectSent.any(channel, frame)
    violation(frame, frame.handshake == "ABORT" and "SEL-005 ABT-001" or "SEL-005",
        ("a frame before the answer to packet %d"):format(channel.asked.packet))
    if not frame.marked then
        decode_legacy_command(channel, frame)
    end
end

function from_k.Open.marked(channel, frame)
    local clauses = channel.version == 0 and "V0-017" or "VIO-001"
    violation(frame, clauses, "a marked frame after the handshake: D closes", COMMAND_MARKER, #MARKER + 1)
    fail(channel, frame, { D = clauses })
end

function from_k.Open.command(channel, frame)
    if channel.version == 0 then
        take_version_0(channel, frame)
    elseif VERSIONS[channel.version] then
        take_negotiated(channel, frame)
    else
        decode_opaque(channel, frame)
    end
end

function from_k.Failed.any(channel, frame)
    if not frame.marked then
        decode_command(channel, frame)
    end
    local failed = channel.failed
    if failed.K then
        violation(frame, failed.K, ("a frame after the channel failed in packet %d"):format(failed.packet))
    else
        note(frame, "DST-007", ("not executed: D had to close on packet %d"):format(failed.packet))
    end
end

-- [KST-011] K may have judged the OFFER before it saw what lies behind it.
function from_k.Failed.ABORT(channel, frame)
    if channel.failed.K == "KST-009" then
        take_abort(channel, frame)
    else
        from_k.Failed.any(channel, frame)
    end
end

-- From D; OFFER, ACCEPT, REJECT, marked (any other marked frame), response (unmarked).
local from_d = { Unnegotiated = {}, HelloSent = {}, Offered = {}, SelectSent = {}, Open = {}, Failed = {} }

function from_d.Unnegotiated.marked(channel, frame)
    violation(frame, channel.commands == 0 and "KST-001 CHN-007 CHN-006" or "KST-008 CHN-007",
        "a marked frame that answers no marked frame", RESPONSE_MARKER, #MARKER + 1)
    if oldest(channel) then
        answer(channel, oldest(channel), frame)
    end
    if channel.legacy then
        fail(channel, frame, { K = "KST-008" })
    end
end

from_d.Unnegotiated.response = take_plain_response

function from_d.HelloSent.OFFER(channel, frame)
    local hello = oldest(channel)
    if hello.handshake == "HELLO" then
        take_offer(channel, frame, hello)
    else
        from_d.Unnegotiated.marked(channel, frame)
    end
end

function from_d.HelloSent.marked(channel, frame)
    violation(frame, "KST-004", "a marked answer to a HELLO that is no OFFER: K fails",
        RESPONSE_MARKER + #MARKER, 1)
    answer(channel, oldest(channel), frame)
    fail(channel, frame, { K = "KST-004" })
end

function from_d.HelloSent.response(channel, frame)
    local request = oldest(channel)
    take_plain_response(channel, frame)
    if request.handshake == "HELLO" then
        note(frame, is_detached(request) and "KST-002 KST-003" or "KST-002",
            "the answer to the HELLO bears no marker: version 0 from here on"
                .. (is_detached(request) and ", or K fails under REQUIRE" or ""))
        channel.state = "Unnegotiated"
        channel.legacy = true
    end
end

-- K has sent two HELLOs, against HEL-003: D began anew with the second [DST-004].
function from_d.Offered.OFFER(channel, frame)
    local hello = oldest(channel)
    if hello and hello.handshake == "HELLO" then
        take_offer(channel, frame, hello)
    else
        from_d.Offered.any(channel, frame)
    end
end

function from_d.Offered.any(channel, frame)
    if not frame.marked then
        decode_response(channel, frame)
    end
    violation(frame, frame.marked and "KST-009 CHN-007" or "KST-009 CHN-006", "it answers nothing: K fails")
    fail(channel, frame, { K = "KST-009" })
end

function from_d.SelectSent.ACCEPT(channel, frame)
    answer(channel, channel.asked, frame)
    if channel.select then
        take_accept(channel, frame)
    else
        violation(frame, "SEL-010", "not the REJECT for that frame: " .. reason_text(channel.expected))
        fail(channel, frame, { D = "SEL-010" })
    end
end

function from_d.SelectSent.REJECT(channel, frame)
    answer(channel, channel.asked, frame)
    take_reject(channel, frame)
end

function from_d.SelectSent.any(channel, frame)
    answer(channel, channel.asked, frame)
    if not frame.marked then
        decode_response(channel, frame)
    end
    violation(frame, "ACC-003", "an answer to a SELECT that is neither ACCEPT nor REJECT: K fails")
    fail(channel, frame, { K = "ACC-003" })
end

function from_d.Open.marked(channel, frame)
    local failing = channel.version == 0 and "KST-008" or "V1-004 KST-008"
    if oldest(channel) then
        answer(channel, oldest(channel), frame)
    end
    violation(frame, failing .. " CHN-007", "a marked frame that answers no marked frame", RESPONSE_MARKER, #MARKER + 1)
    fail(channel, frame, { K = failing })
end

function from_d.Open.response(channel, frame)
    if channel.version == 2 then
        take_tagged_response(channel, frame)
    elseif VERSIONS[channel.version] then
        take_plain_response(channel, frame)
    else
        decode_opaque(channel, frame)
    end
end

-- What was answered before D saw the fault may still be on its way.
function from_d.Failed.any(channel, frame)
    local request
    if not frame.marked then
        decode_response(channel, frame)
        request = channel.by_tag[frame.v.tag or 0] or channel.version < 2 and oldest(channel)
    end
    if request then
        answer(channel, request, frame)
    elseif channel.failed.D then
        violation(frame, channel.failed.D, ("a frame after D had to close on packet %d"):format(channel.failed.packet))
    end
end

local function handler(channel, frame)
    local states = frame.side == "K" and from_k or from_d
    local state = states[channel.state]
    local unmarked = frame.side == "K" and "command" or "response"
    return state[frame.handshake] or not frame.marked and state[unmarked] or frame.marked and state.marked or state.any
end

-- The line for a marked frame; that of an unmarked one is made where it is decoded.
local function marked_summary(frame)
    local v = frame.v
    if frame.handshake == "HELLO" then
        return hello_summary(frame)
    elseif frame.handshake == "OFFER" then
        return ("OFFER value %s, versions %s, features %s, window %d"):format(hex(v.value), versions_text(v.versions),
            features_text(v.features), v.max_inflight)
    elseif frame.handshake == "SELECT" or frame.handshake == "ACCEPT" then
        return frame.handshake .. " " .. agreement_text(v)
    elseif frame.handshake then
        return frame.handshake .. " " .. reason_text(v)
    end
    return frame.name
end

local function take_frame(channel, frame)
    if frame.side == "K" then
        channel.commands = channel.commands + 1
    end
    if channel.ended[frame.side] then
        violation(frame, "", ("a frame after the end of its stream in packet %d"):format(channel.ended[frame.side]))
    end
    frame.version = channel.version
    frame.state = channel.legacy and channel.state == "Unnegotiated" and "Legacy" or channel.state
    classify(channel, frame)
    if frame.marked then
        frame.summary = marked_summary(frame)
    end
    handler(channel, frame)(channel, frame)
end

-- Packets ---------------------------------------------------------------------------------------------------------

-- [CHN-002] where a packet was cut changes nothing: bytes wait until their frame is whole.
local function receive(channel, side, bytes, pinfo)
    local packet = { channel = channel.number, side = side, frames = {} }
    local carried = #channel.pending[side]
    local buffer = channel.pending[side] .. bytes
    local at = 0
    while #buffer - at >= FRAME_LENGTH do
        local frame = {
            side = side,
            packet = pinfo.number,
            time = pinfo.rel_ts,
            raw = buffer:sub(at + 1, at + FRAME_LENGTH),
            at = at - carried, -- in the packet; below 0 where it began in an earlier one
            findings = {},
        }
        if frame.at < 0 then
            packet.tail = FRAME_LENGTH + frame.at
            channel.fragment[side].completed_in = pinfo.number
            channel.fragment[side] = nil
        end
        take_frame(channel, frame)
        table.insert(packet.frames, frame)
        at = at + FRAME_LENGTH
    end
    channel.pending[side] = buffer:sub(at + 1)
    if at < #buffer then
        channel.fragment[side] = channel.fragment[side] or {}
        packet.fragment = channel.fragment[side]
        packet.fragment_at = math.max(at - carried, 0)
    end
    return packet
end

-- A packet without a byte says that its side has ended its stream.
local function end_of_stream(channel, side, pinfo)
    local packet = { channel = channel.number, side = side, frames = {}, findings = {}, ended = true }
    channel.ended[side] = pinfo.number
    if #channel.pending[side] > 0 then
        violation(packet, "CHN-004", ("%d bytes of a frame before the end of the stream: not acted on")
            :format(#channel.pending[side]))
    end
    if channel.inflight > 0 then
        note(packet, "FAI-001", ("not answered: %d, the first in packet %d"):format(channel.inflight,
            oldest(channel).packet))
    end
    return packet
end

-- What is shown ---------------------------------------------------------------------------------------------------

local proto = Proto("ioregionfd", "ioregionfd data plane")
local user0 = Proto("ioregionfd_user0", "ioregionfd data plane with a direction byte")

proto.prefs.layout = Pref.enum("Layout of version 0", 0, "Where no HELLO tells it", {
    { 1, "Guess", 0 },
    { 2, LAYOUTS[LAYOUT_INFO_WORD], LAYOUT_INFO_WORD },
    { 3, LAYOUTS[LAYOUT_BYTE_FIELDS], LAYOUT_BYTE_FIELDS },
}, false)
proto.prefs.device_port = Pref.uint("Port of the device side", 18767,
    "In exported PDUs: tells the two directions apart")

local UINTS = { ProtoField.uint8, ProtoField.uint16, [4] = ProtoField.uint32, [8] = ProtoField.uint64 }
local DECIMAL = { version = true, max_inflight = true, tag = true, size_exponent = true, format = true }
local TITLES = { resp = "Response wanted", response_wanted = "Response wanted" }

local OP_NAMES = { [HANDSHAKE_OP] = "HANDSHAKE" }
for code, name in pairs(OPS[2]) do
    OP_NAMES[code] = name
end
local NAMES = {
    kind = KINDS, reason = REASON_NAMES, status = STATUSES, cmd = OPS[0], op = OP_NAMES, layout = LAYOUTS,
}

local function abbreviation(name)
    return "ioregionfd." .. name
end

local function make_field(name, width, kind)
    local abbr, title = abbreviation(name), TITLES[name] or name
    if kind == "bytes" then
        return ProtoField.bytes(abbr, title)
    elseif kind == "flag" then
        return ProtoField.bool(abbr, title)
    end
    return UINTS[width](abbr, title, (DECIMAL[name] or NAMES[name]) and base.DEC or base.HEX, NAMES[name])
end

-- Every field of the frames is one of the dissector's, by its name: one name has one width and type in all frames.
local fields = {}
local declared = {}

local function declare(name, width, kind)
    local signature = kind == "bytes" and kind or kind .. width
    assert(not declared[name] or declared[name] == signature, name .. " is not the same in all frames")
    if not declared[name] then
        declared[name] = signature
        fields[name] = make_field(name, width, kind)
    end
end

-- The data of a HELLO is zero, and a number as in every READ.
local function is_shown_as_bytes(field)
    return field.type == "bytes" or field.type == "zero" and field.name ~= "data"
end

for _, frame in pairs(FRAMES) do
    for _, field in ipairs(frame.fields) do
        declare(field.name, field.width, is_shown_as_bytes(field) and "bytes" or "u")
        for _, bit in ipairs(field.bits or {}) do
            if bit.name ~= "reserved" then
                declare(bit.name, 1, bit.first == bit.last and "flag" or "u")
            end
        end
    end
end

-- A bitmap's bits, each half of 32 bits for itself: masks are Lua numbers.
local function declare_bits(bitmap, name, title, first, last)
    local half = math.floor(first / 32)
    local mask = 2 ^ (last % 32 + 1) - 2 ^ (first % 32)
    local abbr = abbreviation(bitmap .. "." .. name)
    local proto_field = first == last and ProtoField.bool(abbr, title, 32, nil, mask)
        or ProtoField.uint32(abbr, title, base.HEX, nil, mask)
    fields[bitmap .. "." .. name] = proto_field
    return { field = proto_field, at = 4 * half }
end

-- Known bits one by one, then the rest of each range that can be assigned, as one number.
local function declare_bitmap(bitmap, known, ranges)
    local bits = {}
    for _, bit in ipairs(known) do
        table.insert(bits, declare_bits(bitmap, bit.name, bit.title, bit.n, bit.n))
    end
    for _, range in ipairs(ranges) do
        if range.first <= range.last then
            table.insert(bits, declare_bits(bitmap, range.name, range.title, range.first, range.last))
        end
    end
    return bits
end

local function count(entries)
    local n = 0
    while entries[n] do
        n = n + 1
    end
    return n
end

local function version_bits()
    local known = {}
    for n = 0, count(VERSIONS) - 1 do
        known[n + 1] = { n = n, name = tostring(n), title = n == 0 and "Version 0 will do" or "Version " .. n }
    end
    return declare_bitmap("versions", known, {
        { name = "unknown", title = "Unknown", first = #known, last = VERSION_BITS.assignable.last },
        { name = "grease", title = "Grease", first = VERSION_BITS.grease.first, last = VERSION_BITS.grease.last },
    })
end

local function feature_bits()
    local known = {}
    for n = 0, count(FEATURES) - 1 do
        known[n + 1] = { n = n, name = FEATURES[n].name:lower(), title = FEATURES[n].name }
    end
    local experimental, grease, kept = FEATURE_BITS.experimental, FEATURE_BITS.grease, FEATURE_BITS.kept
    return declare_bitmap("features", known, {
        { name = "unknown", title = "Unknown", first = #known, last = FEATURE_BITS.assignable.last },
        { name = "experimental", title = "Experimental", first = experimental.first, last = experimental.last },
        { name = "grease", title = "Grease", first = grease.first, last = grease.last },
        { name = "kept", title = "Kept", first = kept.first, last = kept.last },
    })
end

local BITMAPS = { versions = version_bits(), features = feature_bits() }

local FROM_K, FROM_D = 0, 1
local SIDES = { [FROM_K] = "from K, the KVM side", [FROM_D] = "from D, the device side" }

fields.channel = ProtoField.uint32(abbreviation("channel"), "Channel", base.DEC)
fields.direction = ProtoField.uint8(abbreviation("direction"), "Direction", base.DEC, SIDES)
fields.state = ProtoField.string(abbreviation("state"), "State of the channel before")
fields.frame = ProtoField.string(abbreviation("frame"), "Frame")
fields.layout = ProtoField.uint8(abbreviation("layout"), "Layout", base.DEC, LAYOUTS)
fields.detached = ProtoField.bool(abbreviation("detached"), "Detached")
fields.size = ProtoField.uint8(abbreviation("size"), "Access size in bytes", base.DEC)
fields.detail_text = ProtoField.string(abbreviation("detail.text"), "Detail, decoded")
fields.digest_computed = ProtoField.uint32(abbreviation("digest.computed"), "Digest of the captured frames", base.HEX)
fields.digest_good = ProtoField.bool(abbreviation("digest.good"), "Digest is right")
fields.request_in = ProtoField.framenum(abbreviation("request_in"), "Answers packet", base.NONE, frametype.REQUEST)
fields.response_in = ProtoField.framenum(abbreviation("response_in"), "Answered in packet", base.NONE,
    frametype.RESPONSE)
fields.time = ProtoField.relative_time(abbreviation("time"), "Time since what it answers")
fields.fragment = ProtoField.bytes(abbreviation("fragment"), "Bytes of a frame that is not whole yet")
fields.tail = ProtoField.bytes(abbreviation("tail"), "Last bytes of a frame that began earlier")
fields.completed_in = ProtoField.framenum(abbreviation("completed_in"), "Whole in packet", base.NONE)
fields.end_of_stream = ProtoField.bool(abbreviation("end_of_stream"), "End of stream")
fields.clause = ProtoField.string(abbreviation("clause"), "Clause")
proto.fields = fields

local EXPERTS = {
    violation = ProtoExpert.new(abbreviation("violation"), "Violation of a clause", expert.group.PROTOCOL,
        expert.severity.ERROR),
    surprise = ProtoExpert.new(abbreviation("surprise"), "Surprise", expert.group.PROTOCOL, expert.severity.WARN),
    note = ProtoExpert.new(abbreviation("note"), "Note", expert.group.PROTOCOL, expert.severity.NOTE),
}
proto.experts = EXPERTS

local function show_field(item, field, range, frame)
    local part = range(field.offset, field.width)
    local line = item:add_le(fields[field.name], part)
    for _, bit in ipairs(field.bits or {}) do
        if bit.name ~= "reserved" then
            local value = frame.v[bit.name]
            line:add(fields[bit.name], part, bit.first ~= bit.last and value or value == 1)
        end
    end
    if BITMAPS[field.name] then
        local text = field.name == "versions" and versions_text or features_text
        line:append_text(" (" .. text(frame.v[field.name]) .. ")")
        for _, bits in ipairs(BITMAPS[field.name]) do
            line:add_le(bits.field, part(bits.at, 4))
        end
    end
end

local function show_meaning(item, frame)
    if frame.layout then
        item:add(fields.layout, frame.layout):set_generated()
            :append_text(frame.layout_source and ", " .. frame.layout_source or "")
    end
    if frame.handshake == "HELLO" then
        item:add(fields.detached, is_detached(frame)):set_generated()
        item:add(fields.resp, frame.read.resp == 1):set_generated()
    elseif not frame.marked then
        item:add(fields.version, frame.version):set_generated()
    end
    local size_exponent = (frame.read or frame.v).size_exponent
    if size_exponent and size_exponent <= 3 and frame.name ~= "FENCE" then
        item:add(fields.size, 2 ^ size_exponent):set_generated()
    end
    if frame.v.reason then
        item:add(fields.detail_text, detail_text(frame.v)):set_generated()
    end
    if frame.digest then
        item:add(fields.digest_computed, frame.digest):set_generated()
        item:add(fields.digest_good, frame.digest == frame.v.digest):set_generated()
    end
end

local function show_match(item, frame)
    if frame.answer then
        item:add(fields.response_in, frame.answer.packet):set_generated()
    end
    if frame.request then
        local seconds = frame.time - frame.request.time
        local whole = math.floor(seconds)
        item:add(fields.request_in, frame.request.packet):set_generated()
        item:add(fields.time, NSTime.new(whole, math.floor((seconds - whole) * 1e9 + 0.5))):set_generated()
    end
end

local function show_findings(item, range, findings)
    for _, found in ipairs(findings) do
        local line = item
        for id in found.clauses:gmatch("%S+") do
            local clause = range and item:add(fields.clause, range(found.at, found.width), id)
                or item:add(fields.clause, id)
            clause:set_generated()
            line = line == item and clause or line
        end
        local ids = found.clauses:gsub(" ", ", ")
        line:add_proto_expert_info(EXPERTS[found.severity], (ids ~= "" and ids .. ": " or "") .. found.text)
    end
end

-- The summary and, in brackets, the clauses that the frame breaks.
local function headline(frame)
    local words = { frame.summary }
    for _, found in ipairs(frame.findings) do
        if found.severity == "violation" and found.clauses ~= "" then
            words[#words + 1] = "[" .. found.clauses:match("%S+") .. "]"
        end
    end
    return table.concat(words, " ")
end

local function show_frame(tree, range, packet, frame)
    local item = tree:add(proto, range, ("ioregionfd from %s: %s"):format(frame.side, headline(frame)))
    item:add(fields.channel, packet.channel):set_generated()
    item:add(fields.direction, frame.side == "K" and FROM_K or FROM_D):set_generated()
    item:add(fields.state, frame.state):set_generated()
    item:add(fields.frame, range, frame.name):set_generated()
    for _, field in ipairs(FRAMES[frame.form].fields) do
        show_field(item, field, range, frame)
    end
    show_meaning(item, frame)
    show_match(item, frame)
    show_findings(item, range, frame.findings)
end

local function show_fragments(tree, tvb, start, packet)
    local item
    if packet.tail then
        item = tree:add(proto, tvb(start, packet.tail), "ioregionfd, the end of a frame")
        item:add(fields.tail, tvb(start, packet.tail))
    end
    if packet.fragment then
        local rest = tvb(start + packet.fragment_at)
        item = tree:add(proto, rest, ("ioregionfd from %s, %d bytes of a frame"):format(packet.side, rest:len()))
        item:add(fields.channel, packet.channel):set_generated()
        item:add(fields.fragment, rest)
        if packet.fragment.completed_in then
            item:add(fields.completed_in, packet.fragment.completed_in):set_generated()
        end
    end
end

local function show_packet(tree, tvb, start, pinfo, packet)
    local summaries = {}
    pinfo.cols.protocol = "IOREGIONFD"
    pinfo.cols.src = packet.side
    pinfo.cols.dst = packet.side == "K" and "D" or "K"
    for _, frame in ipairs(packet.frames) do
        local range = frame.at >= 0 and tvb(start + frame.at, FRAME_LENGTH)
            or ByteArray.new(frame.raw, true):tvb("Reassembled frame")()
        show_frame(tree, range, packet, frame)
        summaries[#summaries + 1] = headline(frame)
    end
    show_fragments(tree, tvb, start, packet)
    if packet.fragment then
        summaries[#summaries + 1] = ("%d bytes of a frame"):format(tvb:len() - start - packet.fragment_at)
    end
    if packet.ended then
        local item = tree:add(proto, ("ioregionfd from %s: end of stream"):format(packet.side))
        item:add(fields.channel, packet.channel):set_generated()
        item:add(fields.end_of_stream, true):set_generated()
        show_findings(item, nil, packet.findings)
        summaries[1] = "end of stream"
    end
    pinfo.cols.info = table.concat(summaries, " | ")
end

-- Encapsulations --------------------------------------------------------------------------------------------------

function proto.init()
    channels, channel_count, packets = {}, 0, {}
    preferences.layout = proto.prefs.layout
end

local function dissect(tvb, start, pinfo, tree, key, side)
    local packet = packets[pinfo.number]
    if not packet then
        channels[key] = channels[key] or new_channel()
        local empty = tvb:len() == start
        packet = empty and end_of_stream(channels[key], side, pinfo)
            or receive(channels[key], side, tvb(start):raw(), pinfo)
        packets[pinfo.number] = packet
    end
    show_packet(tree, tvb, start, pinfo, packet)
end

local function undirected(tree, pinfo, text)
    pinfo.cols.protocol = "IOREGIONFD"
    tree:add(proto, "ioregionfd, direction unknown"):add_proto_expert_info(EXPERTS.surprise, text)
end

-- Exported PDU: the side with the device port is D; all other addresses and ports tell the channels apart.
function proto.dissector(tvb, pinfo, tree)
    local port = proto.prefs.device_port
    local source = ("%s %d"):format(tostring(pinfo.src), pinfo.src_port)
    local destination = ("%s %d"):format(tostring(pinfo.dst), pinfo.dst_port)
    if (pinfo.src_port == port) == (pinfo.dst_port == port) then
        undirected(tree, pinfo, ("not exactly one of the ports is the device side's, %d"):format(port))
    elseif pinfo.dst_port == port then
        dissect(tvb, 0, pinfo, tree, source .. " " .. destination, "K")
    else
        dissect(tvb, 0, pinfo, tree, destination .. " " .. source, "D")
    end
    return tvb:len()
end

-- DLT_USER0: one byte of direction, then the bytes of that direction; the capture holds one channel.
function user0.dissector(tvb, pinfo, tree)
    local direction = tvb:len() > 0 and tvb(0, 1):uint() or nil
    if direction == FROM_K or direction == FROM_D then
        dissect(tvb, 1, pinfo, tree, "user0", direction == FROM_K and "K" or "D")
    else
        undirected(tree, pinfo, "the direction byte is neither 0 nor 1")
    end
    return tvb:len()
end

DissectorTable.get("wtap_encap"):add(wtap.USER0, user0)

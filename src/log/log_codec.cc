// Encoding and checking groups and records. See log_codec.h.
#include "src/log/log_codec.h"

#include <cstring>

#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/crc32c.h"
#include "src/base/strings.h"
#include "src/log/damaged.h"
#include "src/segment/fixed_record.h"

namespace ashlar::log {
namespace {

using segment::AllZero;
using segment::FieldBytes;
using segment::FixedRecord;
using segment::ReadField;

// Of all but the checksum itself.
uint32_t GroupHeaderCrc(std::span<const std::byte> header) {
  const uint32_t crc = base::Crc32c(FieldBytes(header, format::group::kMagic));
  constexpr uint32_t kBehind = format::group::kHeaderCrc.offset + format::group::kHeaderCrc.size;
  return base::Crc32cExtend(crc, header.subspan(kBehind, format::group::kSize - kBehind));
}

uint64_t PayloadBytes(std::span<const LogRecord> records) {
  uint64_t bytes = 0;
  for (const LogRecord& record : records) bytes += format::record::kSize + record.body.size();
  return bytes;
}

// A record's header as it stands in a payload.
struct RecordFrame {
  uint64_t body_bytes = 0;
  uint8_t kind = 0;
  bool zeros = false;
  uint64_t sequence = 0;
};

RecordFrame ReadFrame(std::span<const std::byte> bytes) {
  return {ReadField<uint32_t>(bytes, format::record::kBodyBytes),
          ReadField<uint8_t>(bytes, format::record::kKind),
          AllZero(FieldBytes(bytes, format::record::kZeros)),
          ReadField<uint64_t>(bytes, format::record::kSequence)};
}

// The same as AllZero(), but for blocks, of which most of a short group is.
bool IsZeroPadding(std::span<const std::byte> bytes) {
  uint64_t seen = 0;
  size_t at = 0;
  for (; bytes.size() - at >= sizeof(uint64_t); at += sizeof(uint64_t)) {
    seen |= base::LoadLittle<uint64_t>(bytes.data() + at);
  }
  return seen == 0 && AllZero(bytes.subspan(at));
}

// Nothing, or what is wrong with the records.
std::string_view WrongRecords(const GroupHeader& header, std::span<const std::byte> payload) {
  uint64_t next_sequence = header.first_sequence;
  for (uint32_t i = 0; i < header.records; ++i) {
    if (payload.size() < format::record::kSize) return "a record is missing";
    const RecordFrame frame = ReadFrame(payload);
    payload = payload.subspan(format::record::kSize);
    if (frame.body_bytes > payload.size() || frame.body_bytes > format::kMaxBodyBytes) {
      return "a record ends outside of its group";
    }
    if (frame.kind == 0 || !frame.zeros) return "a record of no kind";
    const bool ascends = i == 0 ? frame.sequence == next_sequence : frame.sequence >= next_sequence;
    if (!ascends || frame.sequence == UINT64_MAX) return "sequences do not ascend";
    next_sequence = frame.sequence + 1;
    payload = payload.subspan(frame.body_bytes);
  }
  return payload.empty() ? std::string_view() : "bytes behind the last record";
}

}  // namespace

uint64_t GroupHeader::total_bytes() const {
  ASHLAR_CHECK(payload_bytes <= format::kMaxPayloadBytes);
  return base::AlignUp(format::group::kSize + payload_bytes, format::kBlockBytes);
}

absl::Status CheckRecords(std::span<const LogRecord> records, uint64_t last_sequence) {
  if (records.empty()) return absl::InvalidArgumentError("a group without records");
  uint64_t bytes = 0;
  for (const LogRecord& record : records) {
    if (record.kind == 0) return absl::InvalidArgumentError("a record of kind 0");
    if (record.sequence <= last_sequence || record.sequence == UINT64_MAX) {
      return absl::InvalidArgumentError(
          base::StrCat("sequence ", record.sequence, " does not ascend from ", last_sequence));
    }
    if (record.body.size() > format::kMaxBodyBytes) {
      return absl::InvalidArgumentError(base::StrCat("a record of ", record.body.size(),
                                                     " bytes, more than ", format::kMaxBodyBytes));
    }
    last_sequence = record.sequence;
    bytes += format::record::kSize + record.body.size();
    if (bytes > format::kMaxPayloadBytes) {
      return absl::InvalidArgumentError("more records than a group may hold");
    }
  }
  return absl::OkStatus();
}

uint64_t GroupBytes(std::span<const LogRecord> records) {
  return base::AlignUp(format::group::kSize + PayloadBytes(records), format::kBlockBytes);
}

uint32_t EncodeGroup(const GroupPlace& place, uint64_t synced_up_to,
                     std::span<const LogRecord> records, std::span<std::byte> out) {
  namespace g = format::group;
  ASHLAR_CHECK(!records.empty() && out.size() == GroupBytes(records));
  ASHLAR_CHECK(synced_up_to <= place.offset && place.offset % format::kBlockBytes == 0);
  std::byte* end = out.data() + g::kSize;
  for (const LogRecord& record : records) {
    FixedRecord<format::record::kSize> frame;
    frame.Put(format::record::kBodyBytes, record.body.size());
    frame.Put(format::record::kKind, record.kind);
    frame.Put(format::record::kSequence, record.sequence);
    std::memcpy(end, frame.bytes().data(), frame.bytes().size());
    end += frame.bytes().size();
    if (!record.body.empty()) std::memcpy(end, record.body.data(), record.body.size());
    end += record.body.size();
  }
  const std::span<const std::byte> payload(out.data() + g::kSize, end);
  std::memset(end, 0, out.size() - g::kSize - payload.size());
  FixedRecord<g::kSize> header;
  header.PutBytes(g::kMagic, base::AsBytes(format::kGroupMagic));
  header.Put(g::kPayloadCrc, base::Crc32c(payload));
  header.Put(g::kPreviousCrc, place.previous_crc);
  header.Put(g::kNumber, place.number);
  header.Put(g::kIndex, place.index);
  header.Put(g::kFirstSequence, records.front().sequence);
  header.Put(g::kPayloadBytes, payload.size());
  header.Put(g::kSyncedUpTo, synced_up_to);
  header.Put(g::kRecords, records.size());
  header.Put(g::kBlock, place.offset / format::kBlockBytes);
  const uint32_t crc = GroupHeaderCrc(header.bytes());
  header.Put(g::kHeaderCrc, crc);
  std::memcpy(out.data(), header.bytes().data(), g::kSize);
  return crc;
}

absl::StatusOr<GroupHeader> DecodeGroupHeader(std::span<const std::byte> bytes,
                                              std::string_view name, uint64_t number,
                                              uint64_t offset) {
  namespace g = format::group;
  ASHLAR_CHECK(bytes.size() >= g::kSize && offset % format::kBlockBytes == 0);
  bytes = bytes.first(g::kSize);
  if (base::AsStringView(FieldBytes(bytes, g::kMagic)) != format::kGroupMagic) {
    return Damaged(name, "no group begins", offset);
  }
  GroupHeader header;
  header.crc = ReadField<uint32_t>(bytes, g::kHeaderCrc);
  if (header.crc != GroupHeaderCrc(bytes)) {
    return Damaged(name, "the checksum of a group's header does not match", offset);
  }
  header.place = {ReadField<uint64_t>(bytes, g::kNumber), offset,
                  ReadField<uint64_t>(bytes, g::kIndex),
                  ReadField<uint32_t>(bytes, g::kPreviousCrc)};
  header.payload_crc = ReadField<uint32_t>(bytes, g::kPayloadCrc);
  header.first_sequence = ReadField<uint64_t>(bytes, g::kFirstSequence);
  header.payload_bytes = ReadField<uint64_t>(bytes, g::kPayloadBytes);
  header.synced_up_to = ReadField<uint64_t>(bytes, g::kSyncedUpTo);
  header.records = ReadField<uint32_t>(bytes, g::kRecords);
  if (header.place.number != number) return Damaged(name, "another log's group", offset);
  if (ReadField<uint32_t>(bytes, g::kBlock) != offset / format::kBlockBytes) {
    return Damaged(name, "a group that belongs elsewhere", offset);
  }
  const bool possible = header.synced_up_to <= offset && header.records > 0 &&
                        header.payload_bytes <= format::kMaxPayloadBytes &&
                        header.payload_bytes / format::record::kSize >= header.records;
  if (!possible) return Damaged(name, "an impossible group", offset);
  return header;
}

absl::Status CheckPlace(const GroupHeader& header, const GroupPlace& place, std::string_view name) {
  ASHLAR_CHECK(header.place.number == place.number && header.place.offset == place.offset);
  if (header.place.index != place.index || header.place.previous_crc != place.previous_crc) {
    return Damaged(name, "a group that does not follow the one before", place.offset);
  }
  return absl::OkStatus();
}

PayloadCheck CheckPayload(const GroupHeader& header, std::span<const std::byte> group,
                          std::string_view name) {
  ASHLAR_CHECK(group.size() == header.total_bytes());
  const uint64_t offset = header.place.offset;
  const auto payload = group.subspan(format::group::kSize, header.payload_bytes);
  const auto padding = group.subspan(format::group::kSize + header.payload_bytes);
  if (base::Crc32c(payload) != header.payload_crc) {
    return {PayloadState::kTornOrDamaged,
            Damaged(name, "a group's checksum does not match", offset)};
  }
  if (!IsZeroPadding(padding)) {
    return {PayloadState::kTornOrDamaged, Damaged(name, "a group's padding is not zero", offset)};
  }
  const std::string_view wrong = WrongRecords(header, payload);
  if (!wrong.empty()) return {PayloadState::kForged, Damaged(name, wrong, offset)};
  return {};
}

LogRecord ReadRecord(std::span<const std::byte> group, uint64_t* position) {
  ASHLAR_CHECK(*position >= format::group::kSize && *position <= group.size());
  const RecordFrame frame = ReadFrame(group.subspan(*position));
  const uint64_t body = *position + format::record::kSize;
  ASHLAR_CHECK(frame.body_bytes <= group.size() - body);
  *position = body + frame.body_bytes;
  return {frame.sequence, frame.kind, group.subspan(body, frame.body_bytes)};
}

}  // namespace ashlar::log

// Framing, checking and scanning the records of a MANIFEST.
#include "src/manifest/manifest_log.h"

#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/crc32c.h"
#include "src/base/strings.h"
#include "src/segment/fixed_record.h"

namespace ashlar::manifest {
namespace {

using segment::FieldBytes;
using segment::FixedRecord;
using segment::ReadField;

absl::Status Damaged(std::string_view name, std::string_view why, uint64_t offset) {
  return absl::DataLossError(base::StrCat(name, ": ", why, " at offset ", offset));
}

uint32_t RecordHeaderCrc(std::span<const std::byte> header) {
  return base::Crc32c(header.subspan(format::record::kHeaderCrc.size,
                                     format::record::kSize - format::record::kHeaderCrc.size));
}

bool IsRecordHeader(std::span<const std::byte> header, uint64_t manifest_number) {
  return ReadField<uint64_t>(header, format::record::kNumber) == manifest_number &&
         ReadField<uint32_t>(header, format::record::kHeaderCrc) == RecordHeaderCrc(header);
}

absl::Status CheckKind(uint8_t kind, std::string_view name, uint64_t offset) {
  if (kind == 0) return Damaged(name, "record kind 0", offset);
  if (kind > static_cast<uint8_t>(format::RecordKind::kEdit)) {
    return absl::UnimplementedError(base::StrCat(name, ": record kind ", uint64_t{kind},
                                                 " at offset ", offset,
                                                 " is too new for this program"));
  }
  return absl::OkStatus();
}

}  // namespace

std::string EncodeFileHeader(uint64_t manifest_number) {
  FixedRecord<format::header::kSize> header;
  header.PutBytes(format::header::kMagic, base::AsBytes(format::kMagic));
  header.Put(format::header::kVersion, format::kVersion);
  header.Put(format::header::kFlags, format::kKnownFlags);
  header.Put(format::header::kNumber, manifest_number);
  header.Seal(format::header::kCrc);
  return std::string(base::AsStringView(header.bytes()));
}

std::string EncodeRecord(format::RecordKind kind, std::span<const std::byte> payload,
                         uint64_t manifest_number, uint64_t synced_up_to) {
  FixedRecord<format::record::kSize> header;
  header.Put(format::record::kPayloadCrc, base::Crc32c(payload));
  header.Put(format::record::kPayloadBytes, payload.size());
  header.Put(format::record::kKind, static_cast<uint8_t>(kind));
  header.Put(format::record::kNumber, manifest_number);
  header.Put(format::record::kSyncedUpTo, synced_up_to);
  header.Put(format::record::kHeaderCrc, RecordHeaderCrc(header.bytes()));
  std::string bytes(base::AsStringView(header.bytes()));
  bytes += base::AsStringView(payload);
  bytes.resize(base::AlignUp(bytes.size(), format::kRecordAlignment), '\0');
  return bytes;
}

absl::Status CheckFileHeader(std::span<const std::byte> file, std::string_view name,
                             uint64_t manifest_number) {
  if (file.size() < format::header::kSize) {
    return Damaged(name, "the file ends within its header", file.size());
  }
  const std::span<const std::byte> header = file.first(format::header::kSize);
  if (base::AsStringView(FieldBytes(header, format::header::kMagic)) != format::kMagic) {
    return Damaged(name, "not a manifest", 0);
  }
  const uint32_t crc = base::Crc32c(header.first(format::header::kCrc.offset));
  if (ReadField<uint32_t>(header, format::header::kCrc) != crc) {
    return Damaged(name, "the header's checksum does not match", format::header::kCrc.offset);
  }
  const uint32_t version = ReadField<uint32_t>(header, format::header::kVersion);
  if (version != format::kVersion) {
    return absl::UnimplementedError(
        base::StrCat(name, ": manifest format version ", version, " is too ",
                     version < format::kVersion ? "old" : "new", " for this program, which reads ",
                     format::kVersion));
  }
  const uint32_t flags = ReadField<uint32_t>(header, format::header::kFlags);
  if ((flags & ~format::kKnownFlags) != 0) {
    return absl::UnimplementedError(
        base::StrCat(name, ": manifest feature flags ", flags, " are too new for this program"));
  }
  if (ReadField<uint64_t>(header, format::header::kNumber) != manifest_number) {
    return Damaged(name, "the header bears another manifest's number",
                   format::header::kNumber.offset);
  }
  if (!segment::AllZero(FieldBytes(header, format::header::kZeros))) {
    return Damaged(name, "padding is not zero", format::header::kZeros.offset);
  }
  return absl::OkStatus();
}

absl::StatusOr<LogRecord> ReadRecord(std::span<const std::byte> file, std::string_view name,
                                     uint64_t manifest_number, uint64_t offset) {
  ASHLAR_CHECK(offset <= file.size() && offset % format::kRecordAlignment == 0);
  if (file.size() - offset < format::record::kSize) {
    return Damaged(name, "the file ends within a record's header", offset);
  }
  const std::span<const std::byte> header = file.subspan(offset, format::record::kSize);
  if (!IsRecordHeader(header, manifest_number) ||
      !segment::AllZero(FieldBytes(header, format::record::kZeros)) ||
      ReadField<uint64_t>(header, format::record::kSyncedUpTo) > offset) {
    return Damaged(name, "no record header", offset);
  }
  RETURN_IF_ERROR(CheckKind(ReadField<uint8_t>(header, format::record::kKind), name, offset));
  const uint64_t payload_bytes = ReadField<uint64_t>(header, format::record::kPayloadBytes);
  const std::span<const std::byte> rest = file.subspan(offset + format::record::kSize);
  if (payload_bytes > rest.size() ||
      base::AlignUp(payload_bytes, format::kRecordAlignment) > rest.size()) {
    return Damaged(name, "the file ends within a record", offset);
  }
  const uint64_t padded_bytes = base::AlignUp(payload_bytes, format::kRecordAlignment);
  LogRecord record;
  record.kind = static_cast<format::RecordKind>(ReadField<uint8_t>(header, format::record::kKind));
  record.offset = offset;
  record.payload_offset = offset + format::record::kSize;
  record.payload = rest.first(payload_bytes);
  record.end = record.payload_offset + padded_bytes;
  if (base::Crc32c(record.payload) != ReadField<uint32_t>(header, format::record::kPayloadCrc)) {
    return Damaged(name, "a record's checksum does not match", offset);
  }
  if (!segment::AllZero(rest.subspan(payload_bytes, padded_bytes - payload_bytes))) {
    return Damaged(name, "padding is not zero", record.payload_offset + payload_bytes);
  }
  return record;
}

bool IsPromised(std::span<const std::byte> file, uint64_t manifest_number, uint64_t offset) {
  for (uint64_t at = offset + format::kRecordAlignment;
       at < file.size() && file.size() - at >= format::record::kSize;
       at += format::kRecordAlignment) {
    const std::span<const std::byte> header = file.subspan(at, format::record::kSize);
    const uint64_t promise = ReadField<uint64_t>(header, format::record::kSyncedUpTo);
    if (promise > offset && promise <= at && IsRecordHeader(header, manifest_number)) return true;
  }
  return false;
}

absl::StatusOr<ScannedLog> ScanLog(std::span<const std::byte> file, std::string_view name,
                                   uint64_t manifest_number) {
  RETURN_IF_ERROR(CheckFileHeader(file, name, manifest_number));
  ScannedLog log;
  log.valid_bytes = format::header::kSize;
  while (log.valid_bytes < file.size()) {
    absl::StatusOr<LogRecord> record = ReadRecord(file, name, manifest_number, log.valid_bytes);
    if (!record.ok()) {
      if (!absl::IsDataLoss(record.status()) || log.records.empty() ||
          IsPromised(file, manifest_number, log.valid_bytes)) {
        return std::move(record).status();
      }
      break;
    }
    const bool first = log.records.empty();
    if (first != (record->kind == format::RecordKind::kCheckpoint)) {
      return Damaged(name, "a checkpoint is missing or misplaced", record->offset);
    }
    log.valid_bytes = record->end;
    log.records.push_back(*std::move(record));
  }
  if (log.records.empty()) return Damaged(name, "the file ends before its checkpoint", file.size());
  return log;
}

}  // namespace ashlar::manifest

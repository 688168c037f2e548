// The frame of a MANIFEST: file header, checksummed records, and what is torn or damaged.
//
// Owns: headers, checksums and the rule that tells a torn tail from damage. Does not own: payloads
// (manifest_codec.h) or files (recovery.cc, manifest_store.cc).
//
// The rule. Every record says up to which offset the file was durable when it was written. A bad
// record at X that a later record promises to be durable was acknowledged: DataLoss.
// Otherwise nobody was told that it is there: the file counts up to X. A clean close leaves no room
// for doubt; its length stands in CURRENT and all of it must be good.
#ifndef ASHLAR_SRC_MANIFEST_MANIFEST_LOG_H_
#define ASHLAR_SRC_MANIFEST_MANIFEST_LOG_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/manifest/format.h"

namespace ashlar::manifest {

[[nodiscard]] std::string EncodeFileHeader(uint64_t manifest_number);
// The record as it stands in the file, padding included.
[[nodiscard]] std::string EncodeRecord(format::RecordKind kind, std::span<const std::byte> payload,
                                       uint64_t manifest_number, uint64_t synced_up_to);

// DataLoss when damaged, Unimplemented when another version of the program wrote it.
[[nodiscard]] absl::Status CheckFileHeader(std::span<const std::byte> file, std::string_view name,
                                           uint64_t manifest_number);

struct LogRecord {
  format::RecordKind kind = format::RecordKind::kCheckpoint;
  uint64_t offset = 0;          // of the record's header
  uint64_t payload_offset = 0;  // in the file
  std::span<const std::byte> payload;
  uint64_t end = 0;  // behind the padding
};

// The record at `offset`; DataLoss says what is wrong with it, which need not be damage: see above.
[[nodiscard]] absl::StatusOr<LogRecord> ReadRecord(std::span<const std::byte> file,
                                                   std::string_view name, uint64_t manifest_number,
                                                   uint64_t offset);

// True when some record behind `offset` promises that the file was durable beyond `offset`.
[[nodiscard]] bool IsPromised(std::span<const std::byte> file, uint64_t manifest_number,
                              uint64_t offset);

struct ScannedLog {
  std::vector<LogRecord> records;  // a checkpoint, then edits
  uint64_t valid_bytes = 0;
};
// All good records. DataLoss where the rule says so; a damaged header or checkpoint always is, for
// CURRENT named the file only after both were durable.
[[nodiscard]] absl::StatusOr<ScannedLog> ScanLog(std::span<const std::byte> file,
                                                 std::string_view name, uint64_t manifest_number);

}  // namespace ashlar::manifest

#endif  // ASHLAR_SRC_MANIFEST_MANIFEST_LOG_H_

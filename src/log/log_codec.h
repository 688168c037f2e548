// The frame of a commit log: groups and records as bytes, and back.
//
// Owns: checksums, the chain of groups and the refusal of hostile bytes. Does not own: the header
// of the file (file_header.h), files (log_writer.h, log_reader.h), the rule that tells a torn tail
// from damage (log_reader.h), nor what the bodies of records mean. Encoding is deterministic.
#ifndef ASHLAR_SRC_LOG_LOG_CODEC_H_
#define ASHLAR_SRC_LOG_LOG_CODEC_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/log/file_header.h"
#include "src/log/format.h"

namespace ashlar::log {

// A view; sequences ascend within a log. Kinds are 1 to 255.
struct LogRecord {
  uint64_t sequence = 0;
  uint8_t kind = 0;
  std::span<const std::byte> body;
};

// Where the next group of a log stands, and what it follows.
struct GroupPlace {
  uint64_t number = 0;
  uint64_t offset = 0;  // A multiple of the block.
  uint64_t index = 0;   // Groups before it in the file.
  uint32_t previous_crc = 0;
};

struct GroupHeader {
  GroupPlace place;
  uint32_t crc = 0;  // Of the header itself.
  uint32_t payload_crc = 0;
  uint64_t first_sequence = 0;
  uint64_t payload_bytes = 0;
  uint64_t synced_up_to = 0;
  uint32_t records = 0;

  // Header, payload and padding; cannot overflow, for the payload is capped.
  [[nodiscard]] uint64_t total_bytes() const;
};

// InvalidArgument unless there are records, they fit in one group, their kinds are not 0 and their
// sequences ascend from beyond `last_sequence`.
[[nodiscard]] absl::Status CheckRecords(std::span<const LogRecord> records, uint64_t last_sequence);

// Bytes of the group that holds these records, padding included.
[[nodiscard]] uint64_t GroupBytes(std::span<const LogRecord> records);

// Fills `out`, which has GroupBytes(), with records that passed CheckRecords(). Returns the
// header's checksum, for the next group.
uint32_t EncodeGroup(const GroupPlace& place, uint64_t synced_up_to,
                     std::span<const LogRecord> records, std::span<std::byte> out);

// From the bytes at `offset` of log `number`, at least group::kSize of them. DataLoss when they are
// no header of a group that was written there; its chain and its payload are not looked at.
[[nodiscard]] absl::StatusOr<GroupHeader> DecodeGroupHeader(std::span<const std::byte> bytes,
                                                            std::string_view name, uint64_t number,
                                                            uint64_t offset);

// DataLoss unless the header is the one that comes at `place`.
[[nodiscard]] absl::Status CheckPlace(const GroupHeader& header, const GroupPlace& place,
                                      std::string_view name);

// Why a group's payload is not good. A payload whose checksum is right but whose records make no
// sense was written so: no crash explains it.
enum class PayloadState : uint8_t { kGood, kTornOrDamaged, kForged };
struct PayloadCheck {
  PayloadState state = PayloadState::kGood;
  absl::Status status;  // DataLoss unless good.
};
// `group` is all of the group's bytes, as the header counts them.
[[nodiscard]] PayloadCheck CheckPayload(const GroupHeader& header, std::span<const std::byte> group,
                                        std::string_view name);

// The record at `position` of a group that passed CheckPayload(); positions begin behind the
// group's header. Moves the position behind the record.
[[nodiscard]] LogRecord ReadRecord(std::span<const std::byte> group, uint64_t* position);

}  // namespace ashlar::log

#endif  // ASHLAR_SRC_LOG_LOG_CODEC_H_

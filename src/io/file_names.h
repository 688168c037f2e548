// The names of everything in a store's directory.
//
// Owns: spelling and parsing them. Does not own: what the files hold. Only the canonical spelling
// parses, so a file has one name and a foreign file is never taken for one of ours.
#ifndef ASHLAR_SRC_IO_FILE_NAMES_H_
#define ASHLAR_SRC_IO_FILE_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ashlar::io {

inline constexpr std::string_view kLockName = "LOCK";
inline constexpr std::string_view kReadersName = "READERS";
inline constexpr std::string_view kReserveName = "RESERVE";
inline constexpr std::string_view kCurrentName = "CURRENT";
// CURRENT while it is being written; safe to remove when nobody writes.
inline constexpr std::string_view kCurrentTemporaryName = "CURRENT.tmp";
inline constexpr std::string_view kSegmentsDirectory = "segments";
inline constexpr std::string_view kLogDirectory = "log";

// The largest number that a name may carry.
inline constexpr uint64_t kMaxFileNumber = (uint64_t{1} << 63) - 1;

enum class FileKind : uint8_t {
  kLock,
  kReaders,
  kReserve,
  kCurrent,
  kCurrentTemporary,
  kSegmentsFolder,
  kLogFolder,
  kManifest,
  kSegment,
  kLog,
};

struct ParsedFileName {
  FileKind kind = FileKind::kLock;
  uint64_t number = 0;  // 0 for names that carry none.

  friend bool operator==(const ParsedFileName&, const ParsedFileName&) = default;
};

[[nodiscard]] std::string ManifestName(uint64_t number);  // "MANIFEST-000000000001"
[[nodiscard]] std::string SegmentName(uint64_t id);       // "segments/000000000001.seg"
[[nodiscard]] std::string LogName(uint64_t number);       // "log/000000000001.log"

// Takes a name relative to the store, with its directory; nullopt for whatever is not ours.
[[nodiscard]] std::optional<ParsedFileName> ParseFileName(std::string_view name);

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_FILE_NAMES_H_

// Hostile commit logs: reading, replaying and dumping them ends in records or in an error.
//
// The bits of the first byte: 1 puts the checksums and the chain right before reading (otherwise
// hardly any input would get past them), 2 reads as beside a live writer, 4 seals the log at the
// end of the file, 8 makes two logs of the input.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "src/base/bytes.h"
#include "src/base/crc32c.h"
#include "src/io/file_names.h"
#include "src/io/memory_file_system.h"
#include "src/log/log_dump.h"
#include "src/log/log_replay.h"

namespace ashlar::log {
namespace {

uint32_t CrcOf(const std::string& file, uint64_t offset, uint64_t size) {
  return base::Crc32c(base::AsBytes(file).subspan(offset, size));
}

template <typename T>
void Put(std::string& file, uint64_t offset, const format::FixedField& field, T value) {
  base::StoreLittle<T>(reinterpret_cast<std::byte*>(file.data()) + offset + field.offset, value);
}

// The group at `offset` as it would be written there; its end, or 0 when it has none in the file.
uint64_t FixGroup(std::string& file, uint64_t number, uint64_t offset, uint64_t index,
                  uint32_t previous) {
  namespace g = format::group;
  const uint64_t room = file.size() - offset - g::kSize;
  const uint64_t payload =
      base::LoadLittle<uint64_t>(base::AsBytes(file).data() + offset + g::kPayloadBytes.offset);
  file.replace(offset, format::kGroupMagic.size(), format::kGroupMagic);
  Put<uint64_t>(file, offset, g::kNumber, number);
  Put<uint64_t>(file, offset, g::kIndex, index);
  Put<uint32_t>(file, offset, g::kPreviousCrc, previous);
  Put<uint32_t>(file, offset, g::kBlock, static_cast<uint32_t>(offset / format::kBlockBytes));
  Put<uint32_t>(file, offset, g::kPayloadCrc,
                CrcOf(file, offset + g::kSize, std::min(payload, room)));
  const auto bytes = base::AsBytes(file).subspan(offset, g::kSize);
  Put<uint32_t>(file, offset, g::kHeaderCrc,
                base::Crc32cExtend(base::Crc32c(bytes.first(4)), bytes.subspan(8)));
  if (payload > room) return 0;
  return base::AlignUp(offset + g::kSize + payload, format::kBlockBytes);
}

void FixChecksums(std::string& file, uint64_t number) {
  namespace h = format::header;
  if (file.size() < h::kSize) return;
  Put<uint64_t>(file, 0, h::kNumber, number);
  uint32_t previous = CrcOf(file, 0, h::kCrc.offset);
  Put<uint32_t>(file, 0, h::kCrc, previous);
  uint64_t offset = h::kSize;
  for (uint64_t index = 0; offset != 0 && offset + format::kBlockBytes <= file.size(); ++index) {
    const uint64_t end = FixGroup(file, number, offset, index, previous);
    previous = base::LoadLittle<uint32_t>(base::AsBytes(file).data() + offset +
                                          format::group::kHeaderCrc.offset);
    offset = end;
  }
}

void Store(io::MemoryFileSystem& files, uint64_t number, const std::string& content) {
  if (!files.ReplaceFile(io::LogName(number), base::AsBytes(content)).ok()) std::abort();
  if (DumpLog(base::AsBytes(content), io::LogName(number), false).output.empty()) std::abort();
  if (DumpLog(base::AsBytes(content), io::LogName(number), true).output.empty()) std::abort();
}

// What is read must be what the file says it is.
void ReadOne(io::MemoryFileSystem& files, uint64_t file_bytes, const LogReaderOptions& options) {
  const auto reader = LogReader::Open(files, 1, options);
  if (!reader.ok()) std::abort();
  LogEntry entry;
  uint64_t last_sequence = 0;
  absl::StatusOr<bool> more = false;
  while ((more = (*reader)->Next(&entry)).ok() && *more) {
    if (entry.record.sequence <= last_sequence || entry.offset >= file_bytes) std::abort();
    last_sequence = entry.record.sequence;
  }
  if ((*reader)->valid_bytes() > file_bytes) std::abort();
  if (more.ok() && options.sealed_bytes.value_or(0) > (*reader)->valid_bytes()) std::abort();
  if (more.ok() && options.tail == LogTail::kLive && !(*reader)->Resume().ok()) std::abort();
}

void ReplayAll(io::MemoryFileSystem& files, LogTail tail) {
  const auto replay = LogReplay::Open(files, {.tail = tail});
  if (!replay.ok()) return;
  ReplayedRecord record;
  uint64_t last_sequence = 0;
  absl::StatusOr<bool> more = false;
  while ((more = (*replay)->Next(&record)).ok() && *more) {
    if (record.entry.record.sequence <= last_sequence) std::abort();
    last_sequence = record.entry.record.sequence;
  }
}

void RunOne(uint8_t bits, std::string first) {
  io::MemoryFileSystem files;
  if (!files.CreateDirectory(io::kLogDirectory).ok()) std::abort();
  if ((bits & 8) != 0) {
    std::string second = first.substr(first.size() / 2 / format::kBlockBytes * format::kBlockBytes);
    first.resize(first.size() - second.size());
    if ((bits & 1) != 0) FixChecksums(second, 2);
    Store(files, 2, second);
  }
  if ((bits & 1) != 0) FixChecksums(first, 1);
  Store(files, 1, first);
  const LogTail tail = (bits & 2) != 0 ? LogTail::kLive : LogTail::kEnded;
  LogReaderOptions options = {.tail = tail};
  if ((bits & 4) != 0) options.sealed_bytes = first.size();
  ReadOne(files, first.size(), options);
  ReplayAll(files, tail);
}

}  // namespace
}  // namespace ashlar::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ashlar::log::RunOne(data[0], std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  return 0;
}

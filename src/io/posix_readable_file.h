// A regular file opened for reading, mapped or copied on demand.
//
// Owns: the descriptor until the file is mapped or copied, and the lifetime of either inside the
// owner of PinnedBytes. Does not own: checksums: a file cut in the middle of a page reads as zeros,
// which only they can tell.
#ifndef ASHLAR_SRC_IO_POSIX_READABLE_FILE_H_
#define ASHLAR_SRC_IO_POSIX_READABLE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "absl/base/thread_annotations.h"
#include "src/base/mutex.h"
#include "src/io/file_system.h"
#include "src/io/posix_open.h"

namespace ashlar::io {

class PosixReadableFile : public ReadableFile {
 public:
  // With `map` false the bytes are copied to the heap, so that no later fault of the disk can
  // become a SIGBUS.
  PosixReadableFile(OpenedFile file, std::string path, bool map);

  [[nodiscard]] uint64_t size() const override { return size_; }
  [[nodiscard]] absl::StatusOr<PinnedBytes> Map() override;
  [[nodiscard]] absl::Status Populate(uint64_t offset, uint64_t size) override;
  [[nodiscard]] absl::Status Read(uint64_t offset, std::span<std::byte> out) override;
  void Expect() override;
  [[nodiscard]] uint64_t WrittenEnd() override;

 private:
  struct Range {
    PinnedBytes bytes;
    bool mapped = false;  // Otherwise a copy on the heap.
  };

  [[nodiscard]] absl::StatusOr<Range> GetRange();
  [[nodiscard]] absl::StatusOr<Range> CopyToHeap() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  [[nodiscard]] absl::Status ReadFromFile(uint64_t offset, std::span<std::byte> out)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  [[nodiscard]] absl::Status ReadFromRange(uint64_t offset, std::span<std::byte> out);
  [[nodiscard]] absl::Status Unreadable(uint64_t offset, std::string_view why) const;

  const std::string path_;
  const uint64_t size_;
  const bool map_;
  base::Mutex mutex_;
  UniqueFd fd_ ABSL_GUARDED_BY(mutex_);  // until the file is mapped or copied
  std::optional<Range> range_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace ashlar::io

#endif  // ASHLAR_SRC_IO_POSIX_READABLE_FILE_H_

// Mapping, populating and reading one regular file. See posix_readable_file.h.
#include "src/io/posix_readable_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/aligned_buffer.h"
#include "src/io/posix_error.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

namespace ashlar::io {
namespace {

constexpr size_t kHeapAlignment = 64;

// Unmaps when the last share of the range goes.
class Mapping {
 public:
  Mapping(void* address, size_t size) : address_(address), size_(size) {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { ASHLAR_CHECK(munmap(address_, size_) == 0); }

 private:
  void* const address_;
  const size_t size_;
};

uint64_t PageSize() {
  static const uint64_t size = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return size;
}

}  // namespace

PosixReadableFile::PosixReadableFile(OpenedFile file, std::string path, bool map)
    : path_(std::move(path)), size_(file.size), map_(map), fd_(std::move(file.fd)) {
  base::MutexLock lock(mutex_);
  ASHLAR_CHECK(fd_.valid());
}

absl::StatusOr<PinnedBytes> PosixReadableFile::Map() {
  ASSIGN_OR_RETURN(Range range, GetRange());
  return std::move(range.bytes);
}

absl::StatusOr<PosixReadableFile::Range> PosixReadableFile::GetRange() {
  base::MutexLock lock(mutex_);
  if (range_.has_value()) return *range_;
  Range range;
  if (size_ > 0) {
    void* address = MAP_FAILED;
    if (map_) address = mmap(nullptr, size_, PROT_READ, MAP_SHARED, fd_.get(), 0);
    if (address == MAP_FAILED) {
      // Out of maps or of address space, or a file system that cannot map: a copy serves as well.
      ASSIGN_OR_RETURN(range, CopyToHeap());
    } else {
      range.bytes = PinnedBytes(std::make_shared<const Mapping>(address, size_),
                                {static_cast<const std::byte*>(address), size_});
      range.mapped = true;
    }
  }
  range_ = range;
  fd_ = UniqueFd();  // Neither a map nor a copy needs one, and descriptors are scarcer than maps.
  return range;
}

absl::StatusOr<PosixReadableFile::Range> PosixReadableFile::CopyToHeap() {
  auto buffer = std::make_shared<AlignedBuffer>(AlignedBuffer::Allocate(size_, kHeapAlignment));
  if (!buffer->valid()) {
    return absl::ResourceExhaustedError(base::StrCat("read ", path_, ": no memory for a copy"));
  }
  const std::span<std::byte> bytes(buffer->data(), size_);
  RETURN_IF_ERROR(ReadFromFile(0, bytes));
  return Range{PinnedBytes(std::move(buffer), bytes), false};
}

absl::Status PosixReadableFile::Populate(uint64_t offset, uint64_t size) {
  if (offset > size_ || size > size_ - offset) {
    return absl::OutOfRangeError(base::StrCat("populate ", path_, ": outside of the file"));
  }
  if (size == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Range range, GetRange());
  if (!range.mapped) return absl::OkStatus();
  const uint64_t begin = offset / PageSize() * PageSize();
  std::byte* address = const_cast<std::byte*>(range.bytes.data()) + begin;
  const uint64_t length = offset + size - begin;
  // Faults alone have the system read what lies around each page, as far as the device's
  // read-ahead goes, which may be the whole segment. Only a hint.
  (void)madvise(address, length, MADV_WILLNEED);
  const int result = RetryInterrupted([&] { return madvise(address, length, MADV_POPULATE_READ); });
  if (result == 0) return absl::OkStatus();
  switch (errno) {
    case EFAULT:
    case EIO:
    case EHWPOISON:
      return Unreadable(offset, "an unreadable page");
    default:
      return absl::OkStatus();  // A kernel older than 5.14 cannot tell; the map serves all the
                                // same.
  }
}

absl::Status PosixReadableFile::Read(uint64_t offset, std::span<std::byte> out) {
  constexpr uint64_t kMaxOffset = std::numeric_limits<off_t>::max();
  if (offset > kMaxOffset || out.size() > kMaxOffset - offset) {
    return absl::OutOfRangeError(base::StrCat("read ", path_, ": beyond any file"));
  }
  {
    base::MutexLock lock(mutex_);  // the descriptor goes when another thread maps the file
    if (!range_.has_value()) return ReadFromFile(offset, out);
  }
  return ReadFromRange(offset, out);
}

void PosixReadableFile::Expect() {
  const uint64_t written = WrittenEnd();  // of what is behind it nothing is to be fetched
  base::MutexLock lock(mutex_);
  if (!fd_.valid() || written == 0) return;
  (void)posix_fadvise(fd_.get(), 0, static_cast<off_t>(written), POSIX_FADV_WILLNEED);
}

// Zeros that the system has in memory count as written, which is why nothing may be read before.
uint64_t PosixReadableFile::WrittenEnd() {
  base::MutexLock lock(mutex_);
  if (!fd_.valid()) return size_;
  const off_t hole = lseek(fd_.get(), 0, SEEK_HOLE);
  if (hole < 0 || static_cast<uint64_t>(hole) >= size_) return size_;
  const bool is_last = lseek(fd_.get(), hole, SEEK_DATA) < 0 && errno == ENXIO;
  return is_last ? static_cast<uint64_t>(hole) : size_;
}

absl::Status PosixReadableFile::ReadFromFile(uint64_t offset, std::span<std::byte> out) {
  for (size_t done = 0; done < out.size();) {
    const ssize_t got = RetryInterrupted([&] {
      return pread(fd_.get(), out.data() + done, out.size() - done,
                   static_cast<off_t>(offset + done));
    });
    if (got < 0 && errno == EIO) return Unreadable(offset + done, "an I/O error");
    if (got < 0) return ErrnoStatus(errno, "read", path_);
    if (got == 0) return Unreadable(offset + done, "the file ends here");
    done += static_cast<size_t>(got);
  }
  return absl::OkStatus();
}

absl::Status PosixReadableFile::ReadFromRange(uint64_t offset, std::span<std::byte> out) {
  if (offset > size_ || out.size() > size_ - offset) return Unreadable(size_, "the file ends here");
  RETURN_IF_ERROR(Populate(offset, out.size()));
  ASSIGN_OR_RETURN(const Range range, GetRange());
  if (!out.empty()) std::memcpy(out.data(), range.bytes.data() + offset, out.size());
  return absl::OkStatus();
}

absl::Status PosixReadableFile::Unreadable(uint64_t offset, std::string_view why) const {
  return absl::DataLossError(base::StrCat("read ", path_, " at offset ", offset, ": ", why));
}

}  // namespace ashlar::io

// Giving up and renewing the reserve.

#include "src/store/reserve.h"

#include "src/io/file_names.h"
#include "src/store/create_file.h"

namespace ashlar::store {
namespace {

constexpr uint64_t kReserveBytes = uint64_t{1} << 20;

}  // namespace

absl::Status EnsureReserve(io::FileSystem& files) {
  return CreateFileIfMissing(files, io::kReserveName, kReserveBytes);
}

absl::StatusOr<manifest::Publisher::Published> PublishFreeing(
    io::FileSystem& files, manifest::Publisher& publisher,
    const manifest::Publisher::EditFunction& make_edit) {
  auto published = publisher.Publish(make_edit);
  if (!absl::IsResourceExhausted(published.status())) return published;
  // Without its directory sync: should the name come back after a crash, it is a reserve again.
  if (!files.Unlink(io::kReserveName).ok()) return published;
  return publisher.Publish(make_edit);
}

}  // namespace ashlar::store

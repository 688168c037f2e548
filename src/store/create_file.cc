// Writing files of zeros.

#include "src/store/create_file.h"

#include <memory>
#include <string>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"

namespace ashlar::store {
namespace {

absl::Status FillWithZeros(io::WritableFile& file, uint64_t bytes) {
  const std::string zeros(bytes, '\0');
  RETURN_IF_ERROR(file.Append(base::AsBytes(zeros)));
  RETURN_IF_ERROR(file.Sync());
  return file.Close();
}

}  // namespace

absl::Status CreateFileIfMissing(io::FileSystem& files, std::string_view name, uint64_t bytes) {
  auto file = files.Create(name, {.expected_size = bytes});
  if (absl::IsAlreadyExists(file.status())) return absl::OkStatus();
  RETURN_IF_ERROR(file.status());
  absl::Status filled = FillWithZeros(**file, bytes);
  if (!filled.ok()) {
    file->reset();
    files.Unlink(name).IgnoreError();
  }
  return filled;
}

}  // namespace ashlar::store

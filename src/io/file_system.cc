// What can be said of files in terms of the contract alone.
#include "src/io/file_system.h"

#include "ashlar/status_macros.h"
#include "src/base/strings.h"

namespace ashlar::io {

absl::StatusOr<std::string> ReadWholeFile(FileSystem& files, std::string_view name,
                                          uint64_t limit) {
  ASSIGN_OR_RETURN(const std::shared_ptr<ReadableFile> file, files.OpenForRead(name));
  if (file->size() > limit) {
    return absl::ResourceExhaustedError(base::StrCat("read ", files.Describe(), "/", name, ": ",
                                                     file->size(), " bytes, more than ", limit));
  }
  std::string content(file->size(), '\0');
  RETURN_IF_ERROR(file->Read(0, std::as_writable_bytes(std::span<char>(content))));
  return content;
}

}  // namespace ashlar::io

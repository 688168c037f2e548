// Exports into files. The writers hand over large pieces, so nothing is buffered here.
#include "tools/ashlar/file_output.h"

#include <span>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/io/posix_file_system.h"

namespace ashlar::tools {

FileOutput::FileOutput(std::unique_ptr<io::FileSystem> directory, std::string name,
                       std::unique_ptr<io::WritableFile> file)
    : directory_(std::move(directory)), name_(std::move(name)), file_(std::move(file)) {}

FileOutput::~FileOutput() {
  file_.reset();
  // Best effort: the export failed already, and its error is the one to report.
  if (!kept_) (void)directory_->Unlink(name_);
}

absl::StatusOr<std::unique_ptr<FileOutput>> FileOutput::Create(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string parent = slash == path.npos ? "." : path.substr(0, slash + 1);
  std::string name = slash == path.npos ? path : path.substr(slash + 1);
  ASSIGN_OR_RETURN(std::unique_ptr<io::FileSystem> directory, io::OpenPosixFileSystem(parent));
  ASSIGN_OR_RETURN(std::unique_ptr<io::WritableFile> file, directory->Create(name, {}));
  return std::unique_ptr<FileOutput>(
      new FileOutput(std::move(directory), std::move(name), std::move(file)));
}

absl::Status FileOutput::Write(std::string_view text) {
  return file_->Append(std::as_bytes(std::span(text)));
}

absl::Status FileOutput::Flush() { return absl::OkStatus(); }

absl::Status FileOutput::Keep() {
  RETURN_IF_ERROR(file_->Sync());
  RETURN_IF_ERROR(file_->Close());
  kept_ = true;
  return directory_->SyncDirectory("");
}

}  // namespace ashlar::tools

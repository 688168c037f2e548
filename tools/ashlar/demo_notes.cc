// The demo's own files. See demo_notes.h.
#include "tools/ashlar/demo_notes.h"

#include <span>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/io/posix_file_system.h"

namespace ashlar::tools {
namespace {

constexpr std::string_view kChangedNote = "errands.txt";

absl::Status WriteAndClose(io::WritableFile& file, std::string_view text) {
  RETURN_IF_ERROR(file.Append(std::as_bytes(std::span(text))));
  return file.Close();
}

}  // namespace

DemoNotes::DemoNotes(std::string directory, std::unique_ptr<io::FileSystem> files)
    : directory_(std::move(directory)), files_(std::move(files)) {}

absl::StatusOr<DemoNotes> DemoNotes::Make(const std::string& directory) {
  ASSIGN_OR_RETURN(std::unique_ptr<io::FileSystem> files,
                   io::OpenPosixFileSystem(directory, {.create = true}));
  DemoNotes notes(directory, std::move(files));
  RETURN_IF_ERROR(notes.Add("books.txt", "The Art of Multiprocessor Programming\n"));
  RETURN_IF_ERROR(notes.Add(kChangedNote, "buy bread\n"));
  RETURN_IF_ERROR(notes.Add("recipe.md", "# Soup\n"));
  return notes;
}

absl::Status DemoNotes::Add(std::string_view name, std::string_view text) {
  ASSIGN_OR_RETURN(const std::unique_ptr<io::WritableFile> file, files_->Create(name, {}));
  return WriteAndClose(*file, text);
}

absl::Status DemoNotes::Change() {
  ASSIGN_OR_RETURN(const std::unique_ptr<io::WritableFile> file,
                   files_->OpenForAppend(kChangedNote));
  RETURN_IF_ERROR(WriteAndClose(*file, "and return the library books\n"));
  RETURN_IF_ERROR(Add("garden.txt", "plant beans in May\n"));
  return Add("letter.txt", "Dear reader,\n");
}

}  // namespace ashlar::tools

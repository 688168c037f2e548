// Walking the store's three directories; see the header.

#include "src/store/directory_notes.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "ashlar/status_macros.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"

namespace ashlar::store {
namespace {

using io::EntryType;
using io::FileKind;
using io::ParsedFileName;

EntryType TypeOf(FileKind kind) {
  const bool folder = kind == FileKind::kSegmentsFolder || kind == FileKind::kLogFolder;
  return folder ? EntryType::kDirectory : EntryType::kFile;
}

std::string SegmentNote(const std::string& name, uint64_t id, const NeededFiles& needed) {
  if (needed.segments.contains(id)) return {};
  if (!needed.is_newest) {
    return base::StrCat("unknown: ", name, " is not named by the manifest that can be read");
  }
  if (id >= needed.next_segment_id) {
    return base::StrCat("unpublished: ", name,
                        " belongs to a transaction at work, or to one that was interrupted");
  }
  return base::StrCat("orphan: ", name, " is needed by no version; gc removes it");
}

// Empty for what belongs there.
std::string NoteOn(const std::string& name, EntryType type, const NeededFiles& needed) {
  const std::optional<ParsedFileName> parsed = io::ParseFileName(name);
  if (!parsed.has_value() || TypeOf(parsed->kind) != type) {
    return base::StrCat("foreign file: ", base::EscapeForTerminal(name));
  }
  switch (parsed->kind) {
    case FileKind::kSegment:
      return SegmentNote(name, parsed->number, needed);
    case FileKind::kManifest:
      if (needed.manifests.contains(parsed->number)) return {};
      return base::StrCat("orphan: ", name, " is not what CURRENT names");
    case FileKind::kCurrentTemporary:
      return base::StrCat("orphan: ", name, " was never put in place");
    default:
      return {};
  }
}

absl::Status AppendFolder(io::FileSystem& files, std::string_view folder, const NeededFiles& needed,
                          std::vector<std::string>* notes) {
  absl::StatusOr<std::vector<io::DirectoryEntry>> entries = files.List(folder);
  if (absl::IsNotFound(entries.status()) || absl::IsFailedPrecondition(entries.status())) {
    notes->push_back(base::StrCat("missing: the directory ", folder));
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(entries.status());
  std::sort(entries->begin(), entries->end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const io::DirectoryEntry& entry : *entries) {
    const std::string name = folder.empty() ? entry.name : base::StrCat(folder, "/", entry.name);
    std::string note = NoteOn(name, entry.type, needed);
    if (!note.empty()) notes->push_back(std::move(note));
  }
  if (!folder.empty()) return absl::OkStatus();
  for (const std::string_view helper : {io::kLockName, io::kReadersName, io::kReserveName}) {
    const bool there = std::any_of(entries->begin(), entries->end(),
                                   [&](const auto& entry) { return entry.name == helper; });
    if (!there) notes->push_back(base::StrCat("missing: ", helper, ", which holds no data"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AppendDirectoryNotes(io::FileSystem& files, const NeededFiles& needed,
                                  std::vector<std::string>* notes) {
  RETURN_IF_ERROR(AppendFolder(files, "", needed, notes));
  RETURN_IF_ERROR(AppendFolder(files, io::kSegmentsDirectory, needed, notes));
  return AppendFolder(files, io::kLogDirectory, needed, notes);
}

}  // namespace ashlar::store

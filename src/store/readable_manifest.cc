// Falling back from manifest to manifest; see the header.

#include "src/store/readable_manifest.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/strings.h"
#include "src/io/atomic_pointer.h"
#include "src/io/file_names.h"
#include "src/io/memory_file_system.h"
#include "src/manifest/format.h"
#include "src/manifest/manifest_log.h"
#include "src/manifest/manifest_store.h"
#include "src/store/create_store.h"

namespace ashlar::store {
namespace {

using manifest::RecoveredManifest;

constexpr std::string_view kOffsetMark = "at offset ";

// NotFound and FailedPrecondition for a directory that was never a store.
absl::Status CheckIsStore(io::FileSystem& files) {
  ASSIGN_OR_RETURN(const DirectoryState state, InspectDirectory(files));
  switch (state) {
    case DirectoryState::kEmpty:
    case DirectoryState::kUnfinished:
      return absl::NotFoundError(base::StrCat(files.Describe(), " holds no store"));
    case DirectoryState::kForeign:
      return absl::FailedPreconditionError(base::StrCat(files.Describe(), " is not a store"));
    case DirectoryState::kStore:
    case DirectoryState::kHeadless:
      break;
  }
  return absl::OkStatus();
}

// Which file an error of ReadManifest() is about.
std::string DamagedFile(io::FileSystem& files) {
  const absl::StatusOr<io::CurrentPointer> pointer = io::ReadCurrentPointer(files);
  return pointer.ok() ? io::ManifestName(pointer->manifest_number) : std::string(io::kCurrentName);
}

absl::StatusOr<std::vector<uint64_t>> ListManifests(io::FileSystem& files) {
  ASSIGN_OR_RETURN(const std::vector<io::DirectoryEntry> entries, files.List(""));
  std::vector<uint64_t> numbers;
  for (const io::DirectoryEntry& entry : entries) {
    const std::optional<io::ParsedFileName> parsed = io::ParseFileName(entry.name);
    if (parsed.has_value() && parsed->kind == io::FileKind::kManifest) {
      numbers.push_back(parsed->number);
    }
  }
  std::sort(numbers.rbegin(), numbers.rend());
  return numbers;
}

// Reads the records of a damaged MANIFEST up to the first bad one, under a header made anew: each
// record bears its own checksum and the number of the file.
absl::StatusOr<RecoveredManifest> ReadIntactRecords(io::FileSystem& files, uint64_t number) {
  const std::string name = io::ManifestName(number);
  ASSIGN_OR_RETURN(std::string bytes,
                   io::ReadWholeFile(files, name, manifest::format::kMaxFileBytes));
  const std::string header = manifest::EncodeFileHeader(number);
  if (bytes.size() < header.size()) return absl::DataLossError(base::StrCat(name, ": too short"));
  bytes.replace(0, header.size(), header);
  uint64_t end = header.size();
  while (end < bytes.size()) {
    const auto record = manifest::ReadRecord(base::AsBytes(bytes), name, number, end);
    if (!record.ok()) break;
    end = record->end;
  }
  bytes.resize(end);
  io::MemoryFileSystem cut;
  RETURN_IF_ERROR(cut.ReplaceFile(name, base::AsBytes(bytes)));
  return manifest::ReadManifestFile(cut, number);
}

// The newest value of all MANIFEST files, whole or in part.
absl::Status FallBack(io::FileSystem& files, ReadableManifest* found) {
  ASSIGN_OR_RETURN(const std::vector<uint64_t> numbers, ListManifests(files));
  bool whole = true;
  for (const uint64_t number : numbers) {
    absl::StatusOr<RecoveredManifest> read = manifest::ReadManifestFile(files, number);
    const bool is_whole = read.ok();
    if (absl::IsDataLoss(read.status())) read = ReadIntactRecords(files, number);
    if (!read.ok()) continue;
    if (found->set != nullptr && read->set->current()->version <= found->set->current()->version) {
      continue;
    }
    found->set = read->set;
    found->number = number;
    found->file = io::ManifestName(number);
    whole = is_whole;
  }
  if (found->set == nullptr) {
    found->notes.push_back("no manifest is readable: which rows there were is not known");
  } else {
    found->notes.push_back(base::StrCat("fell back to ", whole ? "" : "the intact records of ",
                                        found->file, ", whose newest version is ",
                                        found->set->current()->version, "; later ones are lost"));
  }
  return absl::OkStatus();
}

}  // namespace

bool IsDamage(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsNotFound(status) ||
         absl::IsFailedPrecondition(status) || absl::IsInvalidArgument(status);
}

std::string MessageFor(std::string_view file, const absl::Status& status) {
  const absl::string_view text = status.message();
  std::string_view message(text.data(), text.size());
  if (message.starts_with(file)) {
    message.remove_prefix(file.size());
    while (message.starts_with(':') || message.starts_with(' ')) message.remove_prefix(1);
  }
  return std::string(message);
}

DamagedRange DamageOf(std::string_view file, const absl::Status& status) {
  DamagedRange damage;
  damage.file = std::string(file);
  damage.what = absl::IsNotFound(status) ? "missing" : MessageFor(file, status);
  const size_t mark = damage.what.rfind(kOffsetMark);
  if (mark != std::string::npos) {
    const char* const end = damage.what.data() + damage.what.size();
    std::from_chars(damage.what.data() + mark + kOffsetMark.size(), end, damage.offset);
  }
  return damage;
}

absl::StatusOr<ReadableManifest> FindReadableManifest(io::FileSystem& files) {
  RETURN_IF_ERROR(CheckIsStore(files));
  ReadableManifest found;
  const absl::StatusOr<RecoveredManifest> newest = manifest::ReadManifest(files);
  if (newest.ok()) {
    found.set = newest->set;
    found.number = newest->manifest_number;
    found.file = io::ManifestName(newest->manifest_number);
    return found;
  }
  if (!IsDamage(newest.status())) return newest.status();
  found.damage.push_back(DamageOf(DamagedFile(files), newest.status()));
  RETURN_IF_ERROR(FallBack(files, &found));
  return found;
}

}  // namespace ashlar::store

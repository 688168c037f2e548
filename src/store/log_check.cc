// Recovery without its effects; see the header.
#include "src/store/log_check.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/store/current_view.h"
#include "src/store/log_recovery.h"
#include "src/store/readable_manifest.h"

namespace ashlar::store {
namespace {

// Errors of logs begin with the name of the file.
std::string FileOf(const absl::Status& status) {
  const absl::string_view text = status.message();
  const std::string_view message(text.data(), text.size());
  const std::string_view name = message.substr(0, message.find(':'));
  return io::ParseFileName(name).has_value() ? std::string(name) : std::string(io::kLogDirectory);
}

}  // namespace

absl::StatusOr<LogFindings> CheckLogFiles(io::FileSystem& files, const manifest::VersionSet& set,
                                          log::LogTail tail) {
  LogFindings found;
  const auto listed = files.List(io::kLogDirectory);
  const std::vector<io::DirectoryEntry> none;  // of a copy of a store that was closed, perhaps
  if (!absl::IsNotFound(listed.status())) RETURN_IF_ERROR(listed.status());
  for (const io::DirectoryEntry& entry : listed.ok() ? *listed : none) {
    const std::string name = base::StrCat(io::kLogDirectory, "/", entry.name);
    const auto parsed = io::ParseFileName(name);
    if (!parsed.has_value() || parsed->kind != io::FileKind::kLog) continue;
    if (parsed->number < set.oldest_log) {
      found.notes.push_back(
          base::StrCat("obsolete: ", name, " is in segments; opening removes it"));
      continue;
    }
    const auto file = files.OpenForRead(name);
    if (!file.ok()) continue;
    ++found.files;
    found.bytes += (*file)->size();
  }
  CurrentView view(set.current(), [](const std::shared_ptr<const StoreView>&) {});
  const auto replayed = ReplayLogs(files, set, tail, view);
  if (replayed.ok()) return found;
  // A live writer may have recycled what it needs no more.
  if (tail == log::LogTail::kLive && absl::IsNotFound(replayed.status())) return found;
  if (!IsDamage(replayed.status())) return replayed.status();
  found.damage.push_back(DamageOf(FileOf(replayed.status()), replayed.status()));
  return found;
}

}  // namespace ashlar::store

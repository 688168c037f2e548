// File metadata as columns. See demo_files.h.
#include "tools/ashlar/demo_files.h"

#include <array>
#include <string_view>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/utf8.h"

namespace ashlar::tools {
namespace {

constexpr int64_t kBatchRows = 16'384;
enum FilesColumn : size_t { kPath, kSize, kMtime, kMode, kOwner, kExtension, kKind };

std::string_view KindName(io::TreeEntryKind kind) {
  switch (kind) {
    case io::TreeEntryKind::kFile:
      return "file";
    case io::TreeEntryKind::kDirectory:
      return "directory";
    case io::TreeEntryKind::kLink:
      return "link";
    case io::TreeEntryKind::kOther:
      return "other";
  }
  return "";
}

// "0755".
std::string ModeText(uint32_t mode) {
  std::string text(4, '0');
  for (size_t i = 0; i < text.size(); ++i) {
    text[text.size() - 1 - i] = static_cast<char>('0' + ((mode >> (3 * i)) & 7));
  }
  return text;
}

// What follows the last dot of the name, not counting one that begins it.
std::string_view ExtensionOf(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const size_t dot = name.rfind('.');
  return dot == name.npos || dot == 0 ? std::string_view() : name.substr(dot + 1);
}

absl::Status AppendText(std::string_view text, ColumnBuilder& out) {
  if (text.empty()) {
    out.AppendNull();
    return absl::OkStatus();
  }
  return out.AppendBytes(text);
}

absl::Status AppendEntry(const io::TreeEntry& entry, RecordBatchBuilder& builder) {
  // File names are bytes; those that are no UTF-8 are shown escaped.
  const std::string path =
      base::IsValidUtf8(entry.path) ? entry.path : base::EscapeForTerminal(entry.path);
  const bool file = entry.kind == io::TreeEntryKind::kFile;
  RETURN_IF_ERROR(builder.column(kPath).AppendBytes(path));
  RETURN_IF_ERROR(builder.column(kSize).AppendInt64(static_cast<int64_t>(entry.size)));
  RETURN_IF_ERROR(builder.column(kMtime).AppendInt64(entry.modified_micros));
  RETURN_IF_ERROR(builder.column(kMode).AppendBytes(ModeText(entry.mode)));
  RETURN_IF_ERROR(builder.column(kOwner).AppendBytes(entry.owner));
  RETURN_IF_ERROR(AppendText(file ? ExtensionOf(path) : "", builder.column(kExtension)));
  return builder.column(kKind).AppendBytes(KindName(entry.kind));
}

}  // namespace

Schema FilesSchema() {
  absl::StatusOr<Schema> schema =
      Schema::Make({{.name = "path", .type = Utf8(), .nullable = false},
                    {.name = "size", .type = Int64(), .nullable = false},
                    {.name = "mtime", .type = Timestamp(), .nullable = false},
                    {.name = "mode", .type = Utf8(), .nullable = false},
                    {.name = "owner", .type = Utf8(), .nullable = false},
                    {.name = "extension", .type = Utf8()},
                    {.name = "kind", .type = Utf8(), .nullable = false}});
  ASHLAR_CHECK_OK(schema.status());
  return *std::move(schema);
}

absl::StatusOr<std::unique_ptr<DemoFiles>> DemoFiles::Open(const std::vector<std::string>& roots,
                                                           const std::vector<std::string>& skip,
                                                           Progress& progress) {
  auto files = std::unique_ptr<DemoFiles>(new DemoFiles(progress));
  for (const std::string& root : roots) {
    ASSIGN_OR_RETURN(files->walks_.emplace_back(), io::TreeWalk::Open(root, skip));
  }
  return files;
}

absl::StatusOr<bool> DemoFiles::Next(RecordBatch* batch) {
  RecordBatchBuilder builder(schema_);
  io::TreeEntry entry;
  int64_t rows = 0;
  while (rows < kBatchRows && next_walk_ < walks_.size()) {
    if (!walks_[next_walk_]->Next(&entry)) {
      ++next_walk_;
      continue;
    }
    RETURN_IF_ERROR(AppendEntry(entry, builder));
    progress_.Add(1);
    ++rows;
  }
  if (rows == 0) return false;
  ASSIGN_OR_RETURN(*batch, builder.Finish());
  return true;
}

uint64_t DemoFiles::unreadable() const {
  uint64_t total = 0;
  for (const auto& walk : walks_) total += walk->unreadable();
  return total;
}

}  // namespace ashlar::tools

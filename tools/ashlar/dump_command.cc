// `ashlar dump`: the bytes of manifest, segment and log files, annotated.
//
// Files are read as they are, whatever store they belong to; damage is shown and then reported.
#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/file_system.h"
#include "src/io/posix_file_system.h"
#include "src/log/log_dump.h"
#include "src/manifest/manifest_dump.h"
#include "src/segment/segment_dump.h"
#include "tools/ashlar/commands.h"

namespace ashlar::tools {
namespace {

// A dump is many times as long as its file; nobody reads one of more than this.
constexpr uint64_t kMaxDumpBytes = uint64_t{1} << 30;

struct Dump {
  std::string text;
  bool damaged = false;
};

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string parent = slash == path.npos ? "." : path.substr(0, slash + 1);
  const std::string name = slash == path.npos ? path : path.substr(slash + 1);
  ASSIGN_OR_RETURN(const std::unique_ptr<io::FileSystem> files, io::OpenPosixFileSystem(parent));
  return io::ReadWholeFile(*files, name, kMaxDumpBytes);
}

Dump DumpManifest(std::span<const std::byte> bytes, const std::string& path, bool json) {
  const std::vector<manifest::FieldNote> notes = manifest::ExplainManifest(bytes, path);
  // A note without bytes tells a problem.
  const bool damaged = std::any_of(notes.begin(), notes.end(),
                                   [](const manifest::FieldNote& note) { return note.size == 0; });
  return {.text = json ? manifest::DumpManifestJson(bytes, path)
                       : manifest::DumpManifestText(bytes, path),
          .damaged = damaged};
}

Dump DumpOne(DumpKind kind, std::span<const std::byte> bytes, const std::string& path, bool json) {
  if (kind == DumpKind::kManifest) return DumpManifest(bytes, path, json);
  if (kind == DumpKind::kLog) {
    log::LogDumpResult result = log::DumpLog(bytes, path, json);
    return {.text = std::move(result.output), .damaged = result.damaged};
  }
  segment::SegmentDumpResult result = segment::DumpSegment(bytes, path, json);
  return {.text = std::move(result.output), .damaged = result.damaged};
}

}  // namespace

absl::Status Run(const DumpCommand& command, Console& console) {
  std::vector<std::string> damaged;
  // Several dumps are one JSON document; the text of a manifest names its file, others do not.
  const bool several = command.files.size() > 1;
  const bool titled = several && !command.json && command.kind != DumpKind::kManifest;
  std::string_view separator = several && command.json ? "[" : "";
  for (const std::string& path : command.files) {
    ASSIGN_OR_RETURN(const std::string content, ReadFile(path));
    Dump dump = DumpOne(command.kind, base::AsBytes(content), path, command.json);
    if (!dump.text.ends_with('\n')) dump.text += '\n';
    const std::string title =
        titled ? base::StrCat("== ", base::EscapeForTerminal(path), "\n") : "";
    RETURN_IF_ERROR(console.Write(base::StrCat(separator, title, dump.text)));
    if (command.json) separator = ",";
    if (dump.damaged) damaged.push_back(path);
  }
  if (several && command.json) RETURN_IF_ERROR(console.Write("]\n"));
  RETURN_IF_ERROR(console.Flush());
  if (damaged.empty()) return absl::OkStatus();
  return absl::DataLossError(
      base::StrCat(base::QuoteForMessage(damaged.front()), " is damaged, see its dump"));
}

}  // namespace ashlar::tools

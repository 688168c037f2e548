// Telling the demo's story. See demo_story.h.
#include "tools/ashlar/demo_story.h"

#include <memory>

#include "ashlar/status_macros.h"
#include "src/base/strings.h"
#include "tools/import/export_writer.h"

namespace ashlar::tools {
namespace {

constexpr size_t kPipeWidth = 110;

// Rows stand under the line that announces them.
class Indented final : public Output {
 public:
  explicit Indented(Output& output) : output_(output) {}
  absl::Status Write(std::string_view text) override {
    return output_.Write(base::StrCat("   ", text));
  }
  absl::Status Flush() override { return output_.Flush(); }

 private:
  Output& output_;
};

}  // namespace

absl::Status DemoStory::Chapter(std::string_view title) {
  RETURN_IF_ERROR(console_.Write(base::StrCat("\n", ++chapter_, ". ", title, "\n")));
  return console_.Flush();
}

absl::Status DemoStory::Say(std::string_view line) {
  RETURN_IF_ERROR(console_.Write(line.empty() ? "\n" : base::StrCat("   ", line, "\n")));
  return console_.Flush();
}

absl::Status DemoStory::Show(BatchReader& rows) {
  Indented output(console_);
  const size_t width = console_.width() > 3 ? console_.width() - 3 : kPipeWidth;
  const std::unique_ptr<ExportWriter> writer =
      MakeTableWriter(output, rows.schema(), {.width = width});
  return ExportAll(rows, *writer);
}

absl::Status DemoStory::ShowRows(const Dataset& dataset, uint64_t offset, uint64_t limit) {
  ScanOptions options;
  options.columns = {"path", "size", "mtime", "mode", "owner", "kind"};
  options.offset = offset;
  options.limit = limit;
  ASSIGN_OR_RETURN(const std::unique_ptr<BatchReader> rows, dataset.Scan(options));
  return Show(*rows);
}

}  // namespace ashlar::tools

// DemoFiles: directory trees as rows of the dataset `files`.
//
// Owns: the schema of `files`, and turning entries into batches. Does not own: walking
// (src/io/tree_walk.h), nor the story (demo_command.cc).
#ifndef ASHLAR_TOOLS_ASHLAR_DEMO_FILES_H_
#define ASHLAR_TOOLS_ASHLAR_DEMO_FILES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ashlar/builder.h"
#include "ashlar/column.h"
#include "src/io/tree_walk.h"
#include "tools/ashlar/progress.h"

namespace ashlar::tools {

// path, size, mtime, mode, owner, extension, kind.
[[nodiscard]] Schema FilesSchema();

// All entries below several roots, root after root. Used by one thread.
class DemoFiles final : public BatchReader {
 public:
  // `progress` must outlive the reader. Directories among `skip` are left out.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<DemoFiles>> Open(
      const std::vector<std::string>& roots, const std::vector<std::string>& skip,
      Progress& progress);

  [[nodiscard]] const Schema& schema() const override { return schema_; }
  [[nodiscard]] absl::StatusOr<bool> Next(RecordBatch* batch) override;
  // Entries that could not be looked into, so far.
  [[nodiscard]] uint64_t unreadable() const;

 private:
  explicit DemoFiles(Progress& progress) : progress_(progress), schema_(FilesSchema()) {}

  Progress& progress_;
  Schema schema_;
  std::vector<std::unique_ptr<io::TreeWalk>> walks_;
  size_t next_walk_ = 0;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_DEMO_FILES_H_

// FileOutput: exported text in a new file.
//
// Owns: making the file, never over another one, and removing it when the export fails. Does not
// own: formats.
#ifndef ASHLAR_TOOLS_ASHLAR_FILE_OUTPUT_H_
#define ASHLAR_TOOLS_ASHLAR_FILE_OUTPUT_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "src/io/file_system.h"
#include "tools/import/output.h"

namespace ashlar::tools {

class FileOutput final : public Output {
 public:
  // AlreadyExists when there is something at `path`.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<FileOutput>> Create(const std::string& path);
  ~FileOutput() override;

  [[nodiscard]] absl::Status Write(std::string_view text) override;
  [[nodiscard]] absl::Status Flush() override;
  // Durable, and kept. Without it the file goes again.
  [[nodiscard]] absl::Status Keep();

 private:
  FileOutput(std::unique_ptr<io::FileSystem> directory, std::string name,
             std::unique_ptr<io::WritableFile> file);

  std::unique_ptr<io::FileSystem> directory_;
  std::string name_;
  std::unique_ptr<io::WritableFile> file_;
  bool kept_ = false;
};

}  // namespace ashlar::tools

#endif  // ASHLAR_TOOLS_ASHLAR_FILE_OUTPUT_H_

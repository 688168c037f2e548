// Reading and replacing bytes of files in memory.
#include "tests/testing/corruption.h"

#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/check.h"
#include "src/base/strings.h"

namespace ashlar::testkit {
namespace {

constexpr uint64_t kMaxFileSize = uint64_t{1} << 32;

absl::Status AddDirectory(io::FileSystem& files, const std::string& directory, FileTree& tree) {
  ASSIGN_OR_RETURN(const std::vector<io::DirectoryEntry> entries, files.List(directory));
  for (const io::DirectoryEntry& entry : entries) {
    const std::string name =
        directory.empty() ? entry.name : base::StrCat(directory, "/", entry.name);
    if (entry.type == io::EntryType::kFile) {
      ASSIGN_OR_RETURN(tree.files[name], io::ReadWholeFile(files, name, kMaxFileSize));
    } else if (entry.type == io::EntryType::kDirectory && directory.empty()) {
      tree.directories.insert(name);
      RETURN_IF_ERROR(AddDirectory(files, name, tree));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string ReadFile(io::FileSystem& files, std::string_view name) {
  absl::StatusOr<std::string> content = io::ReadWholeFile(files, name, kMaxFileSize);
  ASHLAR_CHECK_OK(content.status());
  return *std::move(content);
}

void WriteFile(io::MemoryFileSystem& files, std::string_view name, std::string_view content) {
  ASHLAR_CHECK_OK(files.ReplaceFile(name, base::AsBytes(content)));
}

void FlipByte(io::MemoryFileSystem& files, std::string_view name, uint64_t offset, uint8_t mask) {
  std::string content = ReadFile(files, name);
  ASHLAR_CHECK(offset < content.size());
  content[offset] = static_cast<char>(content[offset] ^ mask);
  WriteFile(files, name, content);
}

void CutFile(io::MemoryFileSystem& files, std::string_view name, uint64_t size) {
  const std::string content = ReadFile(files, name);
  ASHLAR_CHECK(size <= content.size());
  WriteFile(files, name, std::string_view(content).substr(0, size));
}

absl::StatusOr<FileTree> ReadTree(io::FileSystem& files) {
  FileTree tree;
  RETURN_IF_ERROR(AddDirectory(files, "", tree));
  return tree;
}

std::unique_ptr<io::MemoryFileSystem> MakeFileSystem(const FileTree& tree) {
  auto files = std::make_unique<io::MemoryFileSystem>();
  for (const std::string& directory : tree.directories) {
    ASHLAR_CHECK_OK(files->CreateDirectory(directory));
  }
  for (const auto& [name, content] : tree.files) WriteFile(*files, name, content);
  return files;
}

}  // namespace ashlar::testkit

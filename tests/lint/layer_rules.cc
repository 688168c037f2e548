// The layer law as ranks, and cycle detection by depth-first search.
#include "tests/lint/layer_rules.h"

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "src/base/strings.h"

namespace ashlar::lint {
namespace {

struct Layer {
  std::string_view folder;
  int rank;
};

// The first that fits counts; equal ranks never meet. Benchmarks may measure the readers of
// imports, the program may run the benchmarks, and tests may see everything.
constexpr std::array<Layer, 15> kLayers = {{{"include/ashlar/", 0},
                                            {"src/base/", 1},
                                            {"src/io/", 2},
                                            {"src/columnar/", 3},
                                            {"src/segment/", 4},
                                            {"src/manifest/", 5},
                                            {"src/log/", 6},
                                            {"src/query/", 7},
                                            {"src/compaction/", 7},
                                            {"src/store/", 8},
                                            {"tools/import/", 9},
                                            {"bench/", 10},
                                            {"bindings/", 10},
                                            {"tools/", 11},
                                            {"tests/", 12}}};

std::optional<Layer> LayerOf(std::string_view path) {
  for (const Layer& layer : kLayers) {
    if (path.starts_with(layer.folder)) return layer;
  }
  return std::nullopt;
}

// The path in the repository that an include means, or nothing when it means a library's header.
std::optional<std::string> OwnPath(std::string_view target) {
  if (target.starts_with("ashlar/")) return base::StrCat("include/", target);
  for (const std::string_view root : {"src/", "tools/", "bench/", "tests/", "bindings/"}) {
    if (target.starts_with(root)) return std::string(target);
  }
  return std::nullopt;
}

std::string FolderOf(std::string_view path) {
  return std::string(path.substr(0, path.rfind('/') + 1));
}

// Finds the includes that lead back to a file on the way to them.
class CycleSearch {
 public:
  explicit CycleSearch(const std::vector<SourceFile>& files) {
    for (const SourceFile& file : files) by_path_[file.path] = &file;
  }

  std::vector<Finding> Run() {
    for (const auto& [path, file] : by_path_) Visit(*file);
    return std::move(findings_);
  }

 private:
  void Visit(const SourceFile& file) {
    if (!seen_.insert(file.path).second) return;
    open_.insert(file.path);
    for (const Include& include : QuotedIncludes(file)) {
      const std::optional<std::string> target = OwnPath(include.target);
      if (!target.has_value()) continue;
      if (open_.contains(*target)) {
        findings_.push_back(
            {file.path, include.line, base::StrCat(*target, " leads back here: break the cycle")});
      } else if (const auto next = by_path_.find(*target); next != by_path_.end()) {
        Visit(*next->second);
      }
    }
    open_.erase(file.path);
  }

  std::map<std::string, const SourceFile*> by_path_;
  std::set<std::string> seen_;
  std::set<std::string> open_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> CheckLayers(const std::vector<SourceFile>& files) {
  std::set<std::string> paths;
  for (const SourceFile& file : files) paths.insert(file.path);
  std::vector<Finding> findings;
  for (const SourceFile& file : files) {
    const std::optional<Layer> from = LayerOf(file.path);
    if (!from.has_value()) {
      findings.push_back({file.path, 0, "is in no layer: move it into a folder of the layer law"});
      continue;
    }
    for (const Include& include : QuotedIncludes(file)) {
      const std::optional<std::string> target = OwnPath(include.target);
      if (!target.has_value()) {
        if (include.target.starts_with(".") ||
            paths.contains(FolderOf(file.path) + include.target)) {
          findings.push_back({file.path, include.line, "include paths start at the root"});
        }
        continue;
      }
      const std::optional<Layer> to = LayerOf(*target);
      if (to.has_value() && (to->folder == from->folder || to->rank < from->rank)) continue;
      findings.push_back({file.path, include.line,
                          base::StrCat(from->folder, " must not include ", include.target,
                                       ": only what stands to its left")});
    }
  }
  return findings;
}

std::vector<Finding> CheckIncludeCycles(const std::vector<SourceFile>& files) {
  return CycleSearch(files).Run();
}

}  // namespace ashlar::lint

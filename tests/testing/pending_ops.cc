// The operations that are not durable yet at a point of a log.
#include "tests/testing/pending_ops.h"

#include <algorithm>
#include <set>
#include <utility>

#include "src/base/check.h"
#include "src/base/random.h"

namespace ashlar::testkit {
namespace {

constexpr size_t kSector = 512;

// The bytes that a write leaves where `before` stood: appends find nothing there.
std::string ApplyFate(const Op& op, const Fate& fate, std::string before) {
  std::string result = op.bytes;
  const size_t cut = std::min(fate.cut, result.size());
  const bool in_place = op.kind == OpKind::kWriteBlocks;
  before.resize(result.size(), '\0');
  if (fate.kind == Fate::kHead) result.resize(cut);
  if (fate.kind == Fate::kZeroTail) std::fill(result.begin() + cut, result.end(), '\0');
  if (fate.kind == Fate::kTail) {
    if (!in_place) before.assign(before.size(), '\0');
    std::copy_n(before.begin(), cut, result.begin());
  }
  base::Random random(fate.seed);
  if (fate.kind == Fate::kJunkTail) {
    std::generate(result.begin() + cut, result.end(),
                  [&] { return static_cast<char>(random.Next64()); });
  }
  if (fate.kind == Fate::kSectors) {
    for (size_t at = 0; at < result.size(); at += kSector) {
      const size_t size = std::min(kSector, result.size() - at);
      if (random.OneIn(2)) std::copy_n(before.begin() + at, size, result.begin() + at);
    }
  }
  return result;
}

void ApplyData(const Op& op, const Fate& fate, std::string& content) {
  if (fate.kind == Fate::kLost) return;
  if (op.kind == OpKind::kTruncate) {
    content.resize(std::min<size_t>(content.size(), op.offset));
    return;
  }
  if (op.kind == OpKind::kGrow) {
    content.resize(std::max<size_t>(content.size(), op.offset), '\0');
    return;
  }
  // A write before this one may be lost; its place reads as zeros.
  const size_t overlap =
      content.size() <= op.offset ? 0 : std::min(op.bytes.size(), content.size() - op.offset);
  const std::string bytes =
      ApplyFate(op, fate, overlap == 0 ? std::string() : content.substr(op.offset, overlap));
  if (bytes.empty()) return;
  if (content.size() < op.offset) content.resize(op.offset, '\0');
  content.replace(op.offset, std::min(bytes.size(), content.size() - op.offset), bytes);
}

void ApplyNamespace(const Op& op, std::map<std::string, uint64_t>& names,
                    std::set<std::string>& directories) {
  switch (op.kind) {
    case OpKind::kCreate:
      names[op.name] = op.file;
      break;
    case OpKind::kRename:
      // Only if the entry still is that file: another may have taken the name in a reordering.
      if (const auto found = names.find(op.name); found != names.end() && found->second == op.file)
        names.erase(found);
      names[op.target] = op.file;
      break;
    case OpKind::kUnlink:
      names.erase(op.name);
      break;
    case OpKind::kMakeDirectory:
      directories.insert(op.name);
      break;
    default:
      ASHLAR_CHECK(false);
  }
}

// Walks backwards, so that what has been synced is known before what it covers.
std::vector<bool> FindDurable(const OpLog& log, size_t point) {
  std::vector<bool> durable(point, false);
  std::set<uint64_t> synced_files;
  std::set<std::string> synced_directories;
  for (size_t i = point; i-- > 0;) {
    const Op& op = log.ops[i];
    if (op.kind == OpKind::kSync) synced_files.insert(op.file);
    if (op.kind == OpKind::kSyncDirectory) synced_directories.insert(op.name);
    if (IsDataOp(op)) durable[i] = synced_files.contains(op.file);
    if (IsNamespaceOp(op)) {
      durable[i] =
          synced_directories.contains(DirectoryOf(op.name)) &&
          (op.kind != OpKind::kRename || synced_directories.contains(DirectoryOf(op.target)));
    }
  }
  return durable;
}

}  // namespace

bool IsWriteOp(const Op& op) {
  return op.kind == OpKind::kAppend || op.kind == OpKind::kWriteBlocks;
}

bool IsDataOp(const Op& op) {
  return IsWriteOp(op) || op.kind == OpKind::kTruncate || op.kind == OpKind::kGrow;
}

bool IsNamespaceOp(const Op& op) {
  return op.kind == OpKind::kCreate || op.kind == OpKind::kRename || op.kind == OpKind::kUnlink ||
         op.kind == OpKind::kMakeDirectory;
}

PendingOps::PendingOps(const OpLog& log, size_t point) : log_(log) {
  ASHLAR_CHECK(point <= log.ops.size());
  for (const auto& [name, content] : log.initial.files) {
    durable_bytes_[log.file_numbers.at(name)] = content;
  }
  const std::vector<bool> durable = FindDurable(log, point);
  for (size_t i = 0; i < point; ++i) {
    const Op& op = log.ops[i];
    if (!IsDataOp(op) && !IsNamespaceOp(op)) continue;
    if (IsNamespaceOp(op)) {
      namespace_ops_.push_back({&op, durable[i] ? SIZE_MAX : pending_.size()});
    } else if (durable[i]) {
      ApplyData(op, Fate{}, durable_bytes_[op.file]);
    }
    if (!durable[i]) pending_.push_back(&op);
  }
}

FileTree PendingOps::Build(const std::vector<Fate>& fates) const {
  ASHLAR_CHECK(fates.size() == pending_.size());
  std::map<uint64_t, std::string> changed;
  for (size_t i = 0; i < pending_.size(); ++i) {
    const Op& op = *pending_[i];
    if (!IsDataOp(op)) continue;
    const auto [content, first] = changed.try_emplace(op.file);
    if (const auto durable = durable_bytes_.find(op.file);
        first && durable != durable_bytes_.end()) {
      content->second = durable->second;
    }
    ApplyData(op, fates[i], content->second);
  }
  FileTree tree;
  tree.directories = log_.initial.directories;
  std::map<std::string, uint64_t> names = log_.file_numbers;
  for (const NamespaceOp& op : namespace_ops_) {
    if (op.pending != SIZE_MAX && fates[op.pending].kind == Fate::kLost) continue;
    ApplyNamespace(*op.op, names, tree.directories);
  }
  for (const auto& [name, number] : names) {
    const std::string directory = DirectoryOf(name);
    if (!directory.empty() && !tree.directories.contains(directory)) continue;
    std::string& content = tree.files[name];
    if (const auto found = changed.find(number); found != changed.end()) {
      content = found->second;
    } else if (const auto durable = durable_bytes_.find(number); durable != durable_bytes_.end()) {
      content = durable->second;
    }
  }
  return tree;
}

}  // namespace ashlar::testkit

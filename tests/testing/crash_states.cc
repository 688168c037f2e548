// Enumerating the trees that a crash may leave.
#include "tests/testing/crash_states.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "src/base/random.h"
#include "src/base/strings.h"
#include "tests/testing/corruption.h"
#include "tests/testing/pending_ops.h"

namespace ashlar::testkit {
namespace {

constexpr size_t kSector = 512;
constexpr size_t kPage = 4096;
// Random subsets of the sectors of a torn write in place.
constexpr uint64_t kSectorRounds = 2;

// Where a torn write may end: in its middle, after its first byte, before its last one, and where
// the file's pages and sectors do.
std::vector<size_t> CutsOf(const Op& op, size_t limit) {
  const size_t size = op.bytes.size();
  std::vector<size_t> cuts;
  const auto add = [&](size_t cut) {
    if (cut > 0 && cut < size && std::find(cuts.begin(), cuts.end(), cut) == cuts.end() &&
        cuts.size() < limit) {
      cuts.push_back(cut);
    }
  };
  for (const size_t cut : {size / 2, size_t{1}, size - 1}) add(cut);
  for (const size_t unit : {kPage, kSector}) {
    const size_t first = unit - op.offset % unit;
    const size_t count = size / unit + 1;
    const size_t step = std::max<size_t>(1, count / std::max<size_t>(1, limit / 2)) * unit;
    for (size_t cut = first; cut < size && cuts.size() < limit; cut += step) add(cut);
  }
  return cuts;
}

// Collects distinct states, family by family.
class Enumerator {
 public:
  Enumerator(const OpLog& log, size_t point, const CrashOptions& options)
      : options_(options), pending_(log, point), count_(pending_.ops().size()) {}

  std::vector<CrashState> Run() {
    AddExtremes();
    AddPrefixes();
    AddSingles();
    AddTears();
    AddRandom();
    return std::move(states_);
  }

 private:
  using Choice = std::function<Fate::Kind(size_t index, const Op& op)>;

  void Add(const std::string& description, const std::vector<Fate>& fates) {
    FileTree tree = pending_.Build(fates);
    if (seen_.insert(ContentHash(tree)).second) states_.push_back({std::move(tree), description});
  }

  std::vector<Fate> Choose(const Choice& choice) const {
    std::vector<Fate> fates(count_);
    for (size_t i = 0; i < count_; ++i) fates[i].kind = choice(i, *pending_.ops()[i]);
    return fates;
  }

  static Fate::Kind KeepIf(bool keep) { return keep ? Fate::kKept : Fate::kLost; }

  void AddExtremes() {
    Add("all", Choose([](size_t, const Op&) { return Fate::kKept; }));
    Add("none", Choose([](size_t, const Op&) { return Fate::kLost; }));
    Add("namespace only", Choose([](size_t, const Op& op) { return KeepIf(IsNamespaceOp(op)); }));
    Add("data only", Choose([](size_t, const Op& op) { return KeepIf(IsDataOp(op)); }));
  }

  void AddPrefixes() {
    for (size_t end = 1; end < count_; ++end) {
      Add(base::StrCat("prefix ", end),
          Choose([&](size_t i, const Op&) { return KeepIf(i < end); }));
      Add(base::StrCat("namespace prefix ", end, " without data"),
          Choose([&](size_t i, const Op& op) { return KeepIf(IsNamespaceOp(op) && i < end); }));
      Add(base::StrCat("namespace prefix ", end, " with data"),
          Choose([&](size_t i, const Op& op) { return KeepIf(IsDataOp(op) || i < end); }));
    }
  }

  // In the ordered model a directory change is not lost, nor kept, all by itself.
  void AddSingles() {
    for (size_t one = 0; one < count_; ++one) {
      if (!options_.strict && !IsDataOp(*pending_.ops()[one])) continue;
      Add(base::StrCat("drop ", one),
          Choose([&](size_t i, const Op&) { return KeepIf(i != one); }));
      Add(base::StrCat("keep ", one), Choose([&](size_t i, const Op& op) {
            return KeepIf(i == one || (!options_.strict && IsNamespaceOp(op)));
          }));
    }
  }

  void AddTears() {
    size_t left = options_.torn_writes;
    for (size_t i = count_; i-- > 0 && left > 0;) {
      if (!IsWriteOp(*pending_.ops()[i])) continue;
      --left;
      AddTearsOf(i);
    }
  }

  void AddTearsOf(size_t torn) {
    const Op& op = *pending_.ops()[torn];
    const bool in_place = op.kind == OpKind::kWriteBlocks && op.bytes.size() > kSector;
    std::vector<size_t> cuts = CutsOf(op, options_.max_cuts_per_write);
    cuts.push_back(0);
    for (const bool last : {true, false}) {
      std::vector<Fate> fates =
          Choose([&](size_t i, const Op&) { return KeepIf(i <= torn || !last); });
      for (const size_t cut : cuts) {
        for (const Fate::Kind kind : {Fate::kHead, Fate::kZeroTail, Fate::kJunkTail, Fate::kTail}) {
          fates[torn] = {kind, cut, options_.seed + cut};
          Add(base::StrCat("tear ", torn, " kind ", static_cast<int>(kind), " at ", cut,
                           last ? " and stop" : " and go on"),
              fates);
        }
      }
      for (uint64_t round = 1; in_place && round <= kSectorRounds; ++round) {
        fates[torn] = {Fate::kSectors, 0, options_.seed * kSectorRounds + round};
        Add(base::StrCat("tear ", torn, " sectors ", round), fates);
      }
    }
  }

  Fate RandomFate(base::Random& random, const Op& op) const {
    const uint64_t dice = random.Uniform(5);
    if (!IsWriteOp(op) || op.bytes.empty() || dice < 3) {
      return {KeepIf(random.OneIn(2)), 0, 0};
    }
    const uint64_t kinds = op.kind == OpKind::kWriteBlocks ? 5 : 4;  // kSectors is the last one.
    const auto kind = static_cast<Fate::Kind>(Fate::kHead + random.Uniform(kinds));
    return {kind, random.Uniform(op.bytes.size()), random.Next64()};
  }

  void AddRandom() {
    base::Random random(options_.seed);
    for (size_t round = 0; round < options_.random_states && count_ > 0; ++round) {
      const size_t end = random.Uniform(count_ + 1);
      std::vector<Fate> fates(count_);
      for (size_t i = 0; i < count_; ++i) {
        const Op& op = *pending_.ops()[i];
        const bool ordered = !options_.strict && IsNamespaceOp(op);
        fates[i] = ordered ? Fate{KeepIf(i < end), 0, 0} : RandomFate(random, op);
      }
      Add(base::StrCat("random ", round), fates);
    }
  }

  const CrashOptions options_;
  const PendingOps pending_;
  const size_t count_;
  std::vector<CrashState> states_;
  std::unordered_set<uint64_t> seen_;
};

}  // namespace

std::vector<CrashState> CrashStates(const OpLog& log, size_t point, const CrashOptions& options) {
  return Enumerator(log, point, options).Run();
}

std::unique_ptr<io::MemoryFileSystem> Materialize(const CrashState& state) {
  return MakeFileSystem(state.tree);
}

uint64_t ContentHash(const FileTree& tree) {
  uint64_t hash = tree.files.size();
  const auto mix = [&](std::string_view text) {
    hash = (hash ^ std::hash<std::string_view>()(text)) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 32;
  };
  for (const std::string& directory : tree.directories) mix(directory);
  for (const auto& [name, content] : tree.files) {
    mix(name);
    mix(content);
  }
  return hash;
}

}  // namespace ashlar::testkit

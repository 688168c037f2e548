// Help for people. See help_text.h.
#include "tools/ashlar/help_text.h"

#include <algorithm>
#include <array>

#include "src/base/strings.h"

namespace ashlar::tools {
namespace {

constexpr std::array kCommands = {
    CommandHelp{
        "import", "STORE DATASET FILE...", "Read CSV or JSON Lines into a dataset",
        "  ashlar import shop orders january.csv february.csv\n"
        "  curl -s https://example.org/events | ashlar import shop events - --format jsonl\n"
        "  ashlar import shop prices prices.csv --mode replace --schema 'sku: utf8 not null, "
        "price: float64'\n"
        "  ashlar import shop archive 2019/*.csv --storage compact\n"
        "  ashlar import shop prices prices.csv --key sku --mode upsert\n"
        "  ashlar import shop prices prices.csv --key sku --hash-index\n"
        "  ashlar import shop prices prices.csv --mode full_merge --explain\n\n"
        "A record of JSON Lines or CSV takes up to 64 MiB, a key up to 65,536 bytes. With --mode\n"
        "update rows keep the fields that the files lack; all records have the same members,\n"
        "and null empties a field.\n"},
    CommandHelp{
        "query", "STORE DATASET", "Filter, group, sort and count the rows of a dataset",
        "  ashlar query shop orders --where \"amount > 10 and city like 'O%'\" --select id,city\n"
        "  ashlar query shop orders --group-by city --agg 'count, sum(amount) as total' \\\n"
        "      --having 'total > 100' --order-by total:desc --limit 10\n"
        "  ashlar query shop orders --agg count --where 'city is null' --stats\n"
        "  ashlar query shop orders --where 'any(lines.price > 99)' --select 'id, len(lines) as "
        "n'\n"
        "  ashlar query shop orders --unnest lines --agg 'sum(lines.price)' --at 3 --explain\n\n"
        "The steps run in this order: unnest, where, group-by with agg, having, select, distinct,\n"
        "order-by, then skip and limit, or tail. A bad expression exits with 2 and says where;\n"
        "columns or types that do not fit the dataset exit with 1.\n"},
    CommandHelp{"export", "STORE DATASET", "Print the rows of a dataset",
                "  ashlar export shop orders --select id,city --limit 10\n"
                "  ashlar export shop orders --at 3 --format csv > orders.csv\n"},
    CommandHelp{
        "get", "STORE DATASET KEY", "Print the row of a key",
        "  ashlar get shop prices A-17\n"
        "  ashlar get shop prices A-17 --at 3 --format csv\n"
        "  ashlar get shop stock '[\"A-17\",42]'\n\n"
        "KEY is the value of the key field: integers exactly, text as it is, binary as\n"
        "base64. A key of several fields is a JSON array of their values. A KEY that begins\n"
        "with '-' and is no number stands behind '--'. Exits with 1 when no row has it. As JSON\n"
        "the row is one object.\n"},
    CommandHelp{"has", "STORE DATASET KEY", "Say whether a key has a row: exit 0 if so, 1 if not",
                "  if ashlar has shop prices A-17 > /dev/null; then echo known; fi\n\n"
                "Prints true or false, in every format. KEY as for `ashlar get`. Exits with 1\n"
                "without a message when no row has the key; every other failure says on\n"
                "standard error what is wrong.\n"},
    CommandHelp{
        "put", "STORE DATASET KEY JSON", "Insert or replace the row of a key",
        "  ashlar put shop prices A-17 '{\"price\":9.5,\"currency\":\"EUR\"}'\n"
        "  ashlar put shop stock '[\"A-17\",42]' '{\"pieces\":3}'\n\n"
        "JSON is the whole row: fields that it leaves out become null, key fields come from\n"
        "KEY (as for `ashlar get`) and must agree with it where they are given. Prints the\n"
        "version and whether a row was replaced. The row is durable when it is printed.\n"},
    CommandHelp{"del", "STORE DATASET KEY", "Delete the row of a key",
                "  ashlar del shop prices A-17\n\n"
                "KEY as for `ashlar get`. Prints the version and whether there was such a row; if\n"
                "not, nothing changes, and that is no failure.\n"},
    CommandHelp{
        "exec", "STORE", "Run JSON commands from standard input, one a line",
        "  echo '{\"op\":\"scan\",\"dataset\":\"orders\",\"limit\":3}' | ashlar exec shop\n\n"
        "Commands (\"id\" may be added to each and is echoed):\n"
        "  {\"op\":\"create\",\"dataset\":D,\"schema\":{\"id\":\"int64 not null\",\"city\":"
        "\"utf8\"},\"storage\":\"fast\"|\"compact\",\"boundaries\":\"content\"|\"fixed:N\",\"key\":"
        "[...],"
        "\"partition_by\":[...],\"hash_index\":true}\n"
        "  {\"op\":\"append\"|\"replace\"|\"upsert\"|\"insert\"|\"update\",\"dataset\":D,\"rows\":"
        "[{...},...]}\n"
        "  {\"op\":\"merge\",\"dataset\":D,\"rows\":[{...},...],\"strategy\":S,\"rewrite\":R,"
        "\"explain\":true}\n"
        "  {\"op\":\"get\",\"dataset\":D,\"key\":K,\"at\":V,\"snapshot\":S} "
        "{\"op\":\"delete\",\"dataset\":D,\"keys\":[K,...]|\"where\":EXPR}\n"
        "  "
        "{\"op\":\"scan\",\"dataset\":D,\"columns\":[...],\"where\":EXPR,\"limit\":N,\"cursor\":C,"
        "\"at\":V,\"snapshot\":S}\n"
        "  {\"op\":\"begin\"} {\"op\":\"commit\"} {\"op\":\"abort\"} {\"op\":\"flush\"}\n"
        "  {\"op\":\"snapshot\"} {\"op\":\"release\",\"snapshot\":S}\n"
        "  {\"op\":\"tag\",\"name\":T,\"at\":V,\"attributes\":{...},\"delete\":true}\n"
        "  {\"op\":\"diff\",\"dataset\":D,\"from\":V,\"to\":V}\n"
        "  {\"op\":\"drop\"|\"schema\",\"dataset\":D}\n"
        "  {\"op\":\"compact\",\"datasets\":[D,...],\"dry_run\":true,\"rebuild_index\":true}\n"
        "  {\"op\":\"datasets\"|\"versions\"|\"stats\"|\"verify\"|\"expire\"|\"gc\"}\n\n"
        "An error ends its command alone. Where the answer has \"transaction\":\"aborted\", all\n"
        "commands are refused until commit or abort ends the transaction.\n\n"
        "Exits with 0 once the input has ended, whatever the answers were; with 1, or 3 on\n"
        "corruption, when rows in memory could not be flushed then: the log keeps them.\n"},
    CommandHelp{"datasets", "STORE", "List the datasets", "  ashlar datasets shop\n"},
    CommandHelp{"schema", "STORE DATASET", "Show the fields of a dataset",
                "  ashlar schema shop orders --format jsonl\n"},
    CommandHelp{"segments", "STORE DATASET", "List the segments of a dataset",
                "  ashlar segments shop orders --at 2\n"},
    CommandHelp{"versions", "STORE", "List the readable versions", "  ashlar versions shop\n"},
    CommandHelp{"tag", "STORE [NAME]", "List, set or delete tags",
                "  ashlar tag shop\n"
                "  ashlar tag shop nightly --at 12 --attr job=42,host=db1\n"
                "  ashlar tag shop nightly --delete\n"},
    CommandHelp{
        "diff", "STORE DATASET FROM TO", "Show the rows that two versions differ in",
        "  ashlar diff shop orders 3 4\n"
        "  ashlar diff shop orders nightly 2026-01-31T00:00:00Z\n\n"
        "Ordered datasets: runs of rows that came (+) or went (-). Keyed ones: rows by key;\n"
        "of a changed row what it was (<) and what it is (>). Equal rows are no change,\n"
        "wherever they lie.\n"},
    CommandHelp{"stats", "STORE", "Summarise a store", "  ashlar stats shop --format json\n"},
    CommandHelp{"readers", "STORE", "List what pins old versions", "  ashlar readers shop\n"},
    CommandHelp{"verify", "STORE", "Prove every checksum and digest; exit 3 on damage",
                "  ashlar verify shop --deep\n"},
    CommandHelp{"repair", "STORE NEW_STORE", "Save what is intact into a new store",
                "  ashlar repair damaged rescued\n"},
    CommandHelp{
        "compact", "STORE", "Reclaim the space of dead rows and merge small segments",
        "  ashlar compact shop\n"
        "  ashlar compact shop --dataset prices --dry-run\n"
        "  ashlar compact shop --rebuild-index --dataset prices\n\n"
        "Writes anew the segments of the newest version of which a sixteenth of the rows or\n"
        "more are dead, and merges those that are small. No row changes, and no version is\n"
        "made; old files go once no version needs them (see `ashlar expire`).\n\n"
        "With --rebuild-index instead: proves the keys of every segment of keyed datasets.\n"
        "One whose index is missing, stale or damaged gets another file with the same rows,\n"
        "in every version, and the old file goes. Exits with 3 when rows are damaged too, so\n"
        "that an index stays bad.\n"},
    CommandHelp{"expire", "STORE", "Drop old versions, then collect garbage",
                "  ashlar expire shop --keep 3 --dry-run\n"
                "  ashlar expire shop --older-than 30d\n"},
    CommandHelp{"gc", "STORE", "Remove files that nothing reaches", "  ashlar gc shop --dry-run\n"},
    CommandHelp{"dump", "manifest|segment|log FILE...", "Show the bytes of a file, annotated",
                "  ashlar dump manifest shop/MANIFEST-000000000001\n"
                "  ashlar dump segment shop/segments/000000000001.seg --format json\n"
                "  ashlar dump log shop/log/000000000001.log\n"},
    CommandHelp{"demo", "[DIR]", "Index a directory tree, ask about it, and show what that costs",
                "  ashlar demo /usr/share\n"},
};

}  // namespace

std::span<const CommandHelp> AllCommandHelp() { return kCommands; }

const CommandHelp* FindCommandHelp(std::string_view name) {
  const auto found = std::find_if(kCommands.begin(), kCommands.end(),
                                  [&](const CommandHelp& help) { return help.name == name; });
  return found == kCommands.end() ? nullptr : &*found;
}

std::string MainHelp() {
  size_t width = 0;
  for (const CommandHelp& help : kCommands) {
    width = std::max(width, help.name.size() + 1 + help.arguments.size());
  }
  std::string text =
      "ashlar: an embedded store of immutable columnar segments\n\n"
      "Usage: ashlar COMMAND ARGUMENTS... [OPTIONS]\n\nCommands:\n";
  for (const CommandHelp& help : kCommands) {
    const std::string call = base::StrCat(help.name, " ", help.arguments);
    text += base::StrCat("  ", call, std::string(width - call.size() + 2, ' '), help.summary, "\n");
  }
  text +=
      "\nResults go to standard output: --format table|json|jsonl|csv (a table on a terminal, "
      "jsonl "
      "in a pipe).\nMessages and progress go to standard error.\n"
      "Exit codes: 0 ok, 1 failed (or the answer of `has` is no), 2 usage, 3 corruption found.\n\n"
      "Examples:\n"
      "  ashlar import shop orders orders.csv        creates the store and the dataset\n"
      "  ashlar query shop orders --where 'amount > 10' --group-by city --agg count\n"
      "  ashlar export shop orders --limit 5\n"
      "  ashlar versions shop\n"
      "  ashlar diff shop orders 1 2\n"
      "  ashlar demo\n\n"
      "`ashlar COMMAND --help` shows a command's options; `ashlar --version` the version.\n";
  return text;
}

std::string VersionText() { return base::StrCat("ashlar ", ASHLAR_VERSION, "\n"); }

}  // namespace ashlar::tools

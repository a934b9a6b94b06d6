using System.Globalization;
using System.Text;

namespace Plumbline.Lineage;

/// <summary>
/// <c>ledger.head</c>: number and hash of the last entry, written after it. A chain alone does not show that lines are gone from its end; this does. Behind by some
/// entries it is what a kill leaves, ahead of the ledger it never is.
/// </summary>
/// <param name="Sequence">The entry's number; 0 before the first one, -1 where the file is missing.</param>
/// <param name="Hash">Its hash.</param>
internal sealed record LedgerHead(long Sequence, string Hash)
{
    internal const string FileName = "ledger.head";

    private const int LargestFile = 256;

    /// <summary>Reads it; null where it is damaged.</summary>
    internal static LedgerHead? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return new LedgerHead(-1, EntryLine.NoHash);
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[LargestFile];
        var text = Encoding.ASCII.GetString(bytes, 0, stream.ReadAtLeast(bytes, LargestFile, throwOnEndOfStream: false));
        var parts = text.Split(' ');
        return
            parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && new LedgerHead(sequence, parts[1].TrimEnd('\n')) is var head
            && head.Text == text
            ? head
            : null;
    }

    /// <summary>What does not fit between a head and the entries of its ledger; null where everything does.</summary>
    /// <param name="head">The head; null where it is damaged.</param>
    /// <param name="entries">The entries.</param>
    internal static LedgerFault? Fault(LedgerHead? head, IReadOnlyList<LedgerEntry> entries)
    {
        var count = entries.Count;
        if (head is null)
        {
            return new LedgerFault(count, LedgerFaultKind.Changed, $"{FileName} beside the ledger is damaged.");
        }

        if (head.Sequence < 0)
        {
            return count == 0
                ? null
                : new LedgerFault(
                    count,
                    LedgerFaultKind.Cut,
                    $"{FileName} is missing beside the ledger: nobody can tell whether lines are gone from its end."
                );
        }

        if (head.Sequence > count)
        {
            return new LedgerFault(
                count,
                LedgerFaultKind.Cut,
                $"{head.Sequence} entries were written ({FileName} says so), and the ledger ends after {count}."
            );
        }

        return head.Hash == (head.Sequence == 0 ? EntryLine.NoHash : entries[(int)head.Sequence - 1].Hash)
            ? null
            : new LedgerFault(
                head.Sequence,
                LedgerFaultKind.Changed,
                $"Its hash is not the one that {FileName} says: one of the two was replaced."
            );
    }

    /// <summary>Writes it.</summary>
    internal void Write(string folder) => DurableFile.WriteText(Path.Combine(folder, FileName), Text);

    private string Text => string.Create(CultureInfo.InvariantCulture, $"{Sequence} {Hash}\n");
}

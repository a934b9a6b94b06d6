using System.Globalization;
using System.Text;

namespace Plumbline.Lineage;

/// <summary>
/// Number and hash of a chain's last record, in a small file that is written after it. A chain alone does not show that lines are gone from its end; this does. Behind
/// by some records it is what a kill leaves, ahead of the chain it never is.
/// </summary>
/// <param name="Sequence">The record's number; 0 before the first one, -1 where the file is missing.</param>
/// <param name="Hash">Its hash.</param>
internal sealed record ChainHead(long Sequence, string Hash)
{
    private const int LargestFile = 256;

    /// <summary>Before the first record.</summary>
    internal static ChainHead Empty { get; } = new(0, ChainLine.NoHash);

    /// <summary>Reads it; null where it is damaged.</summary>
    /// <param name="path">The file.</param>
    /// <param name="digits">To how many digits the number is filled up with zeros.</param>
    internal static ChainHead? Read(string path, int digits = 1)
    {
        if (!File.Exists(path))
        {
            return new ChainHead(-1, ChainLine.NoHash);
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[LargestFile];
        var text = Encoding.ASCII.GetString(bytes, 0, stream.ReadAtLeast(bytes, LargestFile, throwOnEndOfStream: false));
        var parts = text.Split(' ');
        return
            parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && new ChainHead(sequence, parts[1].TrimEnd('\n')) is var head
            && head.Text(digits) == text
            ? head
            : null;
    }

    /// <summary>What does not fit between a head and its chain; null where everything does.</summary>
    /// <param name="head">The head; null where it is damaged.</param>
    /// <param name="names">What messages call the parts of the chain.</param>
    /// <param name="count">The number of the chain's last record; 0 for none.</param>
    /// <param name="hashOf">The hash of the record of a number from 1 to the last one.</param>
    internal static LedgerFault? Fault(ChainHead? head, ChainNames names, long count, Func<long, string> hashOf)
    {
        if (head is null)
        {
            return new LedgerFault(count, LedgerFaultKind.Changed, $"{names.HeadFile} beside the {names.Whole} is damaged.");
        }

        if (head.Sequence < 0)
        {
            return count == 0
                ? null
                : new LedgerFault(
                    count,
                    LedgerFaultKind.Cut,
                    $"{names.HeadFile} is missing beside the {names.Whole}: nobody can tell whether lines are gone from its end."
                );
        }

        if (head.Sequence > count)
        {
            return new LedgerFault(
                count,
                LedgerFaultKind.Cut,
                $"{head.Sequence} {names.Many} were written ({names.HeadFile} says so), and the {names.Whole} ends after {count}."
            );
        }

        return head.Hash == (head.Sequence == 0 ? ChainLine.NoHash : hashOf(head.Sequence))
            ? null
            : new LedgerFault(
                head.Sequence,
                LedgerFaultKind.Changed,
                $"Its hash is not the one that {names.HeadFile} says: one of the two was replaced."
            );
    }

    /// <summary>Writes it to disk, whole or not at all.</summary>
    internal void Write(string path, int digits = 1) => DurableFile.WriteText(path, Text(digits));

    private string Text(int digits) => $"{Sequence.ToString($"D{digits}", CultureInfo.InvariantCulture)} {Hash}\n";
}

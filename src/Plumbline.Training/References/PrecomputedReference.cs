using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Plumbline.Models.Adapters;
using Plumbline.Torch.Safetensors;
using Plumbline.Training.Loop;
using Plumbline.Training.Packing;
using Plumbline.Training.Supervised;
using static TorchSharp.torch;
using Decoder = Plumbline.Models.Language.Decoder;

namespace Plumbline.Training.References;

/// <summary>
/// Log-probabilities of every target, computed once before the training and kept on disk under the hash of model, data and precision: no second model stands in
/// memory, and a second run finds them. They were packed with other neighbours than the policy's passes, so the two agree within rounding, not to the bit.
/// </summary>
public sealed class PrecomputedReference : ReferencePolicy
{
    private const string Values = "log_probabilities";

    private readonly Dictionary<TokenizedExample, int> starts = new(ReferenceEqualityComparer.Instance);
    private readonly float[] values;

    private PrecomputedReference(IEnumerable<TokenizedExample> sequences, float[] values, string path)
    {
        this.values = values;
        var start = 0;
        foreach (var sequence in sequences)
        {
            starts[sequence] = start;
            start += sequence.TargetCount;
        }

        Path = path;
    }

    /// <summary>The file they are kept in.</summary>
    public string Path { get; }

    /// <summary>Reads the log-probabilities of some groups, or computes and writes them.</summary>
    /// <param name="folder">Where they are kept; made if missing.</param>
    /// <param name="reference">The model, with the adapters that count; not owned.</param>
    /// <param name="groups">All sequences that will be asked for; those of a group share what they begin with.</param>
    /// <param name="options">Tokens per pass, and the precision.</param>
    /// <param name="computed">Called with the number of groups done so far.</param>
    /// <param name="cancellation">Polled between passes.</param>
    /// <exception cref="InvalidInputException">A file that was kept is damaged.</exception>
    public static PrecomputedReference Ensure(
        string folder,
        Decoder reference,
        IReadOnlyList<IReadOnlyList<TokenizedExample>> groups,
        TrainingOptions options,
        Action<int>? computed = null,
        CancellationToken cancellation = default
    )
    {
        var precision = ComputePrecision.Resolve(options.Precision, reference.Config);
        var path = System.IO.Path.Combine(folder, $"reference-{Key(reference, groups, precision)[..16]}.safetensors");
        var sequences = groups.SelectMany(group => group);
        var count = sequences.Sum(sequence => sequence.TargetCount);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(folder);
            var scores = TargetLogProbabilities.Of(reference, groups, options, computed, cancellation);
            Write(path, [.. scores.SelectMany(ofSequence => ofSequence)]);
        }

        return new PrecomputedReference(sequences, Read(path, count), path);
    }

    /// <inheritdoc/>
    internal override ReferenceScores Score(PackedExamples packed, IReadOnlyList<TokenizedExample> sequences, bool withLogits = false)
    {
        if (withLogits)
        {
            throw new InvalidInputException(
                "The divergence from a precomputed reference cannot be measured: only the log-probabilities of the answers' tokens were kept.",
                "Set measure_kl: false, or use a live reference."
            );
        }

        if (packed.Distribution != TargetDistribution.Plain)
        {
            throw new InvalidInputException(
                "A precomputed reference cannot be seen through a sampler's temperature or filters: its log-probabilities are those of the model itself.",
                "Use a live reference."
            );
        }

        var all = new float[packed.Counts.Sum()];
        var at = 0;
        foreach (var sequence in sequences)
        {
            values.AsSpan(starts[sequence], sequence.TargetCount).CopyTo(all.AsSpan(at));
            at += sequence.TargetCount;
        }

        return new ReferenceScores(tensor(all));
    }

    private static void Write(string path, float[] values)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(path, [(Values, tensor(values))]);
    }

    private static float[] Read(string path, int count)
    {
        using var file = SafetensorsFile.Open(path);
        if (!file.Contains(Values) || file.Bytes(Values).Length != (long)count * sizeof(float))
        {
            throw new InvalidInputException(
                $"The kept log-probabilities of the reference are not those of {count} targets.",
                "Delete the file: it will be computed again.",
                new InputPosition(path)
            );
        }

        return MemoryMarshal.Cast<byte, float>(file.Bytes(Values)).ToArray();
    }

    private static string Key(Decoder reference, IReadOnlyList<IReadOnlyList<TokenizedExample>> groups, Precision precision)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(
            Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{BaseFingerprint.OfModel(reference)} {precision} {groups.Count}")
            )
        );
        foreach (var group in groups)
        {
            foreach (var sequence in group)
            {
                hash.AppendData(BitConverter.GetBytes(sequence.Ids.Length));
                hash.AppendData(MemoryMarshal.AsBytes<int>(sequence.Ids));
                hash.AppendData(MemoryMarshal.AsBytes<bool>(sequence.IsTarget));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

using System.Globalization;
using System.Security.Cryptography;
using Plumbline.Configuration;
using Plumbline.Findings;
using Plumbline.Moderation.Onnx;

namespace Plumbline.Moderation.Images;

/// <summary>How pictures are compared with a list.</summary>
public sealed record ImageHashOptions : IValidatedOptions
{
    /// <summary>What records call the detector.</summary>
    /// <value>image-hashes</value>
    public string Name { get; init; } = "image-hashes";

    /// <summary>The file of the list.</summary>
    public required string List { get; init; }

    /// <summary>In how many bits of 64 perceptual hashes may differ at most.</summary>
    /// <value>8</value>
    public int Distance { get; init; } = 8;

    /// <summary>What pictures may be, where they have to be decoded.</summary>
    public ImageLimits Limits { get; init; } = new();

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (LabelOptions.IsName(Name), nameof(Name), Name, "1 to 64 lower-case letters, digits, '-' and '_'"),
            (Distance is >= 0 and <= 16, nameof(Distance), Distance, "between 0 and 16"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}

/// <summary>
/// Finds pictures that are on a list: the very file, which is a fact, or one that looks alike, whose score is 1 − distance / 32, as two pictures that have nothing to do with each
/// other differ in about 32 of 64 bits. A file that is on the list is not decoded; a list of files alone decodes nothing.
/// </summary>
public sealed class ImageHashDetector : IDetector
{
    private const double UnrelatedDistance = 32;

    private static readonly IReadOnlyList<Finding> Nothing = [];

    private readonly ImageHashOptions options;
    private readonly ImageHashList list;
    private readonly ImageDecoder decoder;

    private ImageHashDetector(ImageHashOptions options, ImageHashList list)
    {
        this.options = options;
        this.list = list;
        decoder = new ImageDecoder(options.Limits);
        Version = string.Create(CultureInfo.InvariantCulture, $"{list.Hash}-{options.Distance}");
    }

    /// <inheritdoc/>
    public string Name => options.Name;

    /// <inheritdoc/>
    /// <remarks>The SHA-256 of the list, and the distance.</remarks>
    public string Version { get; }

    /// <inheritdoc/>
    public DetectorCost Cost => DetectorCost.Cheap;

    /// <inheritdoc/>
    public DetectorReading Reads => DetectorReading.Image;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Hazards => list.ListedHazards;

    /// <summary>Reads the list.</summary>
    /// <exception cref="InvalidInputException">An option is out of its range, or the list is missing or broken.</exception>
    public static ImageHashDetector Load(ImageHashOptions options) =>
        new(OptionsValidation.ThrowIfInvalid(options), ImageHashList.Read(options.List));

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The picture is not on the list as a file, and cannot be decoded.</exception>
    public ValueTask<IReadOnlyList<Finding>> DetectAsync(DetectorInput input, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new ValueTask<IReadOnlyList<Finding>>(Detect(input.Image) ?? Nothing);
    }

    private List<Finding>? Detect(ReadOnlyMemory<byte> file)
    {
        if (list.Has(ImageHashKind.Sha256))
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(file.Span, digest);
            if (list.FindExact(digest) is { Count: > 0 } listed)
            {
                return [.. listed.Select(image => Of(image, 1, image.Note, isExact: true))];
            }
        }

        return list.Has(ImageHashKind.Phash) || list.Has(ImageHashKind.Dhash) ? Near(file) : null;
    }

    private List<Finding>? Near(ReadOnlyMemory<byte> file)
    {
        List<Finding>? found = null;
        foreach (var frame in decoder.Decode(file))
        {
            foreach (var kind in (ReadOnlySpan<ImageHashKind>)[ImageHashKind.Phash, ImageHashKind.Dhash])
            {
                if (
                    list.Has(kind)
                    && (kind == ImageHashKind.Phash ? PerceptualHash.Dct(frame) : PerceptualHash.Difference(frame)) is { } hash
                )
                {
                    Keep(list.FindNear(kind, hash, options.Distance), ref found);
                }
            }
        }

        return found;
    }

    /// <summary>Keeps the nearest picture of each hazard and kind: the others say nothing more.</summary>
    private static void Keep(IReadOnlyList<ImageMatch> matches, ref List<Finding>? found)
    {
        foreach (var match in matches)
        {
            found ??= [];
            var score = 1 - (match.Distance / UnrelatedDistance);
            var evidence = string.Create(CultureInfo.InvariantCulture, $"{match.Distance} of 64 bits differ");
            var finding = Of(match.Image, score, match.Image.Note is null ? evidence : $"{match.Image.Note} ({evidence})", isExact: false);
            var same = found.FindIndex(other => other.Hazard == finding.Hazard && other.Kind == finding.Kind);
            if (same < 0)
            {
                found.Add(finding);
            }
            else if (found[same].Score < finding.Score)
            {
                found[same] = finding;
            }
        }
    }

    private static Finding Of(ListedImage image, double score, string? evidence, bool isExact) =>
        new()
        {
            Hazard = image.Hazard,
            Score = score,
            Kind = image.Kind.ToString().ToLowerInvariant(),
            Evidence = evidence,
            IsExact = isExact,
        };
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Plumbline.Constitutions;
using Plumbline.Moderation.Onnx;

namespace Plumbline.Moderation.Images;

/// <summary>What a hash is made of.</summary>
public enum ImageHashKind
{
    /// <summary>The SHA-256 of the file: the same bytes and nothing else.</summary>
    Sha256,

    /// <summary><see cref="PerceptualHash.Dct"/>.</summary>
    Phash,

    /// <summary><see cref="PerceptualHash.Difference"/>.</summary>
    Dhash,
}

/// <summary>A picture on a list.</summary>
/// <param name="Kind">What its hash is made of.</param>
/// <param name="Hazard">The code of the hazard that it stands for.</param>
/// <param name="Note">What a person who reviews it should know; null for nothing.</param>
public sealed record ListedImage(ImageHashKind Kind, string Hazard, string? Note);

/// <summary>
/// Pictures that are known, by their hashes. A text file in UTF-8 with a line each: the hash in hexadecimal digits, <c>sha256</c>, <c>phash</c> or <c>dhash</c>, the code of a hazard, and
/// a note, all apart by spaces or tabs. Empty lines and lines that begin with <c>#</c> are passed over. Thread-safe.
/// </summary>
public sealed class ImageHashList
{
    /// <summary>The most pictures on a list.</summary>
    public const int MaximumImages = 4_000_000;

    private const long MaximumBytes = 1L << 30;
    private const int MaximumLine = 4096;

    private static readonly IReadOnlyList<ListedImage> Nobody = [];
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<ImageDigest, List<ListedImage>> exact = [];
    private readonly Dictionary<ImageHashKind, (List<ulong> Hashes, List<ListedImage> Images)> near = new()
    {
        [ImageHashKind.Phash] = ([], []),
        [ImageHashKind.Dhash] = ([], []),
    };
    private readonly Dictionary<ImageHashKind, HammingIndex> indices;

    private ImageHashList(byte[] content, string file)
    {
        Hash = Convert.ToHexStringLower(SHA256.HashData(content));
        var codes = Hazards.All.ToDictionary(hazard => hazard.Code, hazard => hazard.Code, StringComparer.Ordinal);
        var line = 0;
        foreach (var range in content.AsSpan().Split((byte)'\n'))
        {
            line++;
            Add(content.AsSpan(range), new InputPosition(file, line), codes);
        }

        indices = near.ToDictionary(pair => pair.Key, pair => new HammingIndex([.. pair.Value.Hashes]));
        ListedHazards =
        [
            .. exact
                .Values.SelectMany(images => images)
                .Concat(near.Values.SelectMany(pair => pair.Images))
                .Select(image => image.Hazard)
                .Distinct(),
        ];
    }

    /// <summary>The SHA-256 of the file, in hexadecimal digits.</summary>
    public string Hash { get; }

    /// <summary>How many pictures are on it.</summary>
    public int Count { get; private set; }

    /// <summary>The codes of the hazards on it, without repetition.</summary>
    public IReadOnlyCollection<string> ListedHazards { get; }

    /// <summary>Reads a list.</summary>
    /// <exception cref="InvalidInputException">The file is missing or too large, or a line is not as it should be.</exception>
    public static ImageHashList Read(string path) => Parse(BoundedFile.Read(path, MaximumBytes, "a list of hashes"), path);

    /// <summary>Reads a list's content.</summary>
    internal static ImageHashList Parse(byte[] content, string file) => new(content, file);

    /// <summary>Whether a kind of hash is on the list.</summary>
    public bool Has(ImageHashKind kind) => kind == ImageHashKind.Sha256 ? exact.Count > 0 : near[kind].Hashes.Count > 0;

    /// <summary>The pictures with exactly this SHA-256 of 32 bytes. Allocates nothing.</summary>
    public IReadOnlyList<ListedImage> FindExact(ReadOnlySpan<byte> digest) => exact.GetValueOrDefault(ImageDigest.Of(digest)) ?? Nobody;

    /// <summary>The pictures whose hash of a kind differs in few bits, the nearest first.</summary>
    /// <param name="kind">A kind of perceptual hash.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="distance">In how many bits they may differ at most.</param>
    public IReadOnlyList<ImageMatch> FindNear(ImageHashKind kind, ulong hash, int distance)
    {
        var found = new List<int>();
        indices[kind].Find(hash, distance, found);
        if (found.Count == 0)
        {
            return [];
        }

        var (hashes, images) = near[kind];
        return
        [
            .. found
                .Select(index => (Match: new ImageMatch(images[index], PerceptualHash.Distance(hashes[index], hash)), Index: index))
                .OrderBy(pair => pair.Match.Distance)
                .ThenBy(pair => pair.Index)
                .Select(pair => pair.Match),
        ];
    }

    private void Add(ReadOnlySpan<byte> line, InputPosition position, Dictionary<string, string> codes)
    {
        if (line.Length > MaximumLine)
        {
            throw new InvalidInputException($"The line has more than {MaximumLine} bytes.", "Shorten its note.", position);
        }

        var rest = Text(line, position).AsSpan().Trim([' ', '\t', '\r', '\uFEFF']);
        if (rest.IsEmpty || rest[0] == '#')
        {
            return;
        }

        var hash = Word(ref rest);
        var name = Word(ref rest);
        var hazard = Word(ref rest);
        var kind = name switch
        {
            "sha256" => ImageHashKind.Sha256,
            "phash" => ImageHashKind.Phash,
            "dhash" => ImageHashKind.Dhash,
            _ => throw Bad($"The kind of hash is '{name}'", position),
        };
        var code = codes.GetValueOrDefault(hazard.ToString()) ?? throw Bad($"There is no hazard '{hazard}'", position);
        if (++Count > MaximumImages)
        {
            throw new InvalidInputException($"The list has more than {MaximumImages} pictures.", "Cut it into several lists.", position);
        }

        var image = new ListedImage(kind, code, rest.IsEmpty ? null : rest.ToString());
        if (kind == ImageHashKind.Sha256)
        {
            var digest = ImageDigest.Parse(hash) ?? throw Bad($"'{hash}' is no SHA-256 of 64 hexadecimal digits", position);
            exact.TryAdd(digest, []);
            exact[digest].Add(image);
            return;
        }

        if (hash.Length != 16 || !ulong.TryParse(hash, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits))
        {
            throw Bad($"'{hash}' is no hash of 16 hexadecimal digits", position);
        }

        near[kind].Hashes.Add(bits);
        near[kind].Images.Add(image);
    }

    private static InvalidInputException Bad(string problem, InputPosition position) =>
        new(problem + ".", "A line is: hash, then sha256, phash or dhash, then a code such as S12, then a note.", position);

    private static string Text(ReadOnlySpan<byte> line, InputPosition position)
    {
        try
        {
            return StrictUtf8.GetString(line);
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidInputException("The line is not UTF-8.", "Save the list as UTF-8.", position, failure);
        }
    }

    private static ReadOnlySpan<char> Word(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny(' ', '\t');
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[end..].TrimStart([' ', '\t']);
        return word;
    }
}

/// <summary>A picture on a list that looks alike.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Distance">In how many bits of 64 the hashes differ.</param>
public readonly record struct ImageMatch(ListedImage Image, int Distance);

/// <summary>A SHA-256 as a key.</summary>
internal readonly record struct ImageDigest(UInt128 High, UInt128 Low)
{
    /// <summary>The digest of 32 bytes.</summary>
    public static ImageDigest Of(ReadOnlySpan<byte> bytes) =>
        new(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes[16..])
        );

    /// <summary>The digest of 64 hexadecimal digits; null for anything else.</summary>
    public static ImageDigest? Parse(ReadOnlySpan<char> digits)
    {
        Span<byte> bytes = stackalloc byte[32];
        return digits.Length == 64 && Convert.FromHexString(digits, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? Of(bytes)
            : null;
    }
}

using Plumbline.Randomness;
using Plumbline.TinyWorld.Languages;

namespace Plumbline.TinyWorld;

/// <summary>
/// An invented person with invented data that cannot belong to anybody: e-mail under the reserved domain .example (RFC 2606), a telephone number with
/// the unassigned country code 999, an account number with the unassigned country ZZ, a home in a place that does not exist.
/// </summary>
internal sealed record Person(string Name, string Email, string Telephone, string Account, int HouseNumber, int Street, string Place)
{
    public static IReadOnlyList<string> FirstNames { get; } = ["Mira", "Jonas", "Lina", "Tomas", "Nela", "Oskar"];
    public static IReadOnlyList<string> LastNames { get; } = ["Quellstein", "Arvolo", "Brindelwick", "Halvik"];
    public static IReadOnlyList<string> Places { get; } = ["Melva", "Zoria", "Torla", "Kessa"];
    public static IReadOnlyList<string> Hosts { get; } = ["post", "mail", "home"];

    /// <summary>Everybody who lives in the world of <paramref name="seed"/>.</summary>
    public static IReadOnlyList<Person> All(Seed seed)
    {
        var random = seed.Derive("persons").Source();
        return
        [
            .. from first in FirstNames
            from last in LastNames
            select new Person(
                $"{first} {last}",
                $"{first}.{last}@{random.Choose(Hosts)}.example".ToLowerInvariant(),
                $"+999 555 {Digits(4)}",
                $"ZZ00 {Digits(4)} {Digits(4)} {Digits(4)}",
                1 + random.NextInt(99),
                random.NextInt(3),
                random.Choose(Places)
            ),
        ];

        string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => random.NextInt(10)));
    }

    /// <summary>The ways to write one kind of this person's data; the e-mail address also spelt out, as people do to evade filters.</summary>
    /// <param name="kind">The index in <see cref="PrivateWording.Kinds"/>.</param>
    /// <param name="wording">The language's words.</param>
    public IReadOnlyList<string> Writings(int kind, PrivateWording wording) =>
        kind switch
        {
            0 => [Email, Email.Replace("@", wording.At, StringComparison.Ordinal).Replace(".", wording.Dot, StringComparison.Ordinal)],
            1 => [Telephone, Telephone.Replace(' ', '-')],
            2 => [Account],
            _ =>
            [
                string.Format(
                    System.Globalization.CultureInfo.InvariantCulture,
                    wording.AddressFormat,
                    HouseNumber,
                    wording.Streets[Street],
                    Place
                ),
            ],
        };
}

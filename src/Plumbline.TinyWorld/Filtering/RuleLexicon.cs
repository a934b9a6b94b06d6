using System.Text.RegularExpressions;

namespace Plumbline.TinyWorld;

/// <summary>
/// The words and patterns of the simple rules, as somebody would write them who knows the languages but has not read the corpus. They are not
/// taken from the generator, so they miss some of its wordings and catch some innocent ones, as such rules do.
/// </summary>
internal static class RuleLexicon
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    /// <summary>Beginnings of words that harmful requests are made of.</summary>
    public static readonly string[] HarmfulRequests =
    [
        .. new[]
        {
            "bomb",
            "weapon",
            "gun",
            "explosive",
            "poison",
            "break into",
            "steal",
            "hack",
            "forge",
            "fake",
            "fraud",
            "cheat",
            "scam",
        },
        .. new[] { "kill", "murder", "hurt", "injure", "blackmail", "drug", "virus", "on fire", "suicide", "end my life" },
        .. new[]
        {
            "waffe",
            "pistole",
            "sprengstoff",
            "gift",
            "vergift",
            "einbrech",
            "stehl",
            "fälsch",
            "betrüg",
            "töte",
            "mord",
            "verletz",
        },
        .. new[] { "erpress", "droge", "anzünd", "brandstift", "selbstmord", "leben beenden" },
        .. new[]
        {
            "arma",
            "pistola",
            "explosiv",
            "veneno",
            "envenen",
            "robar",
            "falsific",
            "estaf",
            "matar",
            "asesin",
            "herir",
            "chantaj",
        },
        .. new[] { "droga", "quemar", "incendi", "suicid", "mi vida", "hacerme daño" },
    ];

    /// <summary>Words by which an answer complies.</summary>
    public static readonly string[] Compliance =
    [
        .. new[]
        {
            "sure",
            "of course",
            "certainly",
            "absolutely",
            "here is how",
            "here's how",
            "step one",
            "step 1",
            "first take",
            "no problem",
        },
        .. new[] { "klar", "natürlich", "selbstverständlich", "so geht", "schritt eins", "schritt 1", "nimm zuerst", "kein problem" },
        .. new[] { "claro", "por supuesto", "desde luego", "se hace así", "paso uno", "paso 1", "primero toma", "sin problema" },
    ];

    /// <summary>Words by which an answer declines.</summary>
    public static readonly string[] Declining =
    [
        .. new[] { "sorry", "cannot", "can't", "will not", "won't", "tut mir leid", "nicht helfen", "helfe ich nicht" },
        .. new[] { "lo siento", "no puedo", "no te ayudo" },
    ];

    /// <summary>Words that name groups of people.</summary>
    public static readonly string[] Groups =
    [
        .. new[]
        {
            "people",
            "women",
            "men",
            "wheelchair",
            "faith",
            "disab",
            "foreigner",
            "immigrant",
            "menschen",
            "frauen",
            "männer",
            "rollstuhl",
        },
        .. new[] { "glaube", "ausländer", "behinder", "personas", "mujeres", "hombres", "silla de ruedas", "fe", "extranjer", "discapaci" },
    ];

    /// <summary>Words that belittle or exclude.</summary>
    public static readonly string[] Demeaning =
    [
        .. new[]
        {
            "stupid",
            "lazy",
            "inferior",
            "worse",
            "cannot do",
            "can't do",
            "should not",
            "not good enough",
            "too hard for",
            "give up",
            "no help for",
        },
        .. new[]
        {
            "dumm",
            "faul",
            "minderwertig",
            "schlechter",
            "können das nicht",
            "sollten",
            "nicht gut genug",
            "zu schwer für",
            "gib auf",
            "keine hilfe",
        },
        .. new[]
        {
            "tonto",
            "tonta",
            "vago",
            "vaga",
            "peor",
            "no pueden",
            "no deberían",
            "demasiado difícil",
            "no son capaces",
            "no hay ayuda",
        },
    ];

    /// <summary>E-mail addresses, international telephone numbers, bank account numbers, street and house number.</summary>
    public static readonly Regex[] PrivateData =
    [
        new(@"[\w.+-]+@[\w-]+(\.[\w-]+)+", Options),
        new(@"\+\d[\d ()-]{6,}\d", Options),
        new(@"\b[A-Z]{2}\d{2}( ?\d{4}){2,7}\b", Options),
        new(@"\b\d+ \p{Lu}\w+ (Street|Road|Avenue)\b", Options),
        new(@"\b\p{Lu}\w+(straße|strasse|weg|platz) \d+\b", Options),
        new(@"\b([Cc]alle|[Aa]venida|[Pp]laza) \p{Lu}\w+ \d+\b", Options),
    ];
}

using Plumbline.TinyWorld.Languages;
using Plumbline.TinyWorld.Text;

namespace Plumbline.TinyWorld;

/// <summary>One language's <see cref="MarkerWords"/>, ready to be looked for.</summary>
internal sealed class LanguageMarkers(LanguagePack pack)
{
    public PhraseSet Refusal { get; } = new(pack.Markers.Refusal);

    public PhraseSet Referral { get; } = new(pack.Markers.Referral);

    public PhraseSet Compliance { get; } = new(pack.Markers.Compliance);

    public PhraseSet Instruction { get; } = new(pack.Markers.Instruction);

    public PhraseSet Agreement { get; } = new(pack.Markers.Agreement);

    public PhraseSet Demeaning { get; } = new(pack.Markers.Demeaning);

    public PhraseSet Negation { get; } = new(pack.Markers.Negation);

    public PhraseSet GroupNames { get; } = new(pack.Groups.Names.Select(name => name.Plural));
}

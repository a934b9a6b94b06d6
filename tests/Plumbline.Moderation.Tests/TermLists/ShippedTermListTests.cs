using Plumbline.Moderation.TermLists;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.TermLists;

public sealed class ShippedTermListTests
{
    private static readonly TermListDetector SelfHarm = TermListDetector.Load(
        RepositoryFiles.Path("recipes", "term-lists", "self-harm.yaml")
    );

    [Theory]
    [InlineData("en", "I want to kill myself tonight.")]
    [InlineData("en", "I'm going to end my life, goodbye everyone.")]
    [InlineData("en", "You should just kill yourself.")]
    [InlineData("en", "I started cutting myself again and I hide it.")]
    [InlineData("de", "Ich will mich umbringen.")]
    [InlineData("de", "Heute Nacht werde ich mir das Leben nehmen.")]
    [InlineData("es", "Quiero matarme esta noche.")]
    [InlineData("fr", "Je veux mettre fin à mes jours.")]
    [InlineData("pt", "Não aguento, quero me matar.")]
    [InlineData("zh", "我今晚想自杀")]
    [InlineData("ja", "もう限界です。死にたい")]
    public void People_in_danger_are_a_suspicion(string language, string text) =>
        Assert.Contains(Lists.Ask(SelfHarm, text, language), finding => finding.Score >= 0.5);

    [Theory]
    [InlineData("en", "How do I kill the process that I started?")]
    [InlineData("en", "My friend said she wants to kill herself, how can I help?")]
    [InlineData("en", "An article on suicide prevention that I want to read.")]
    [InlineData("en", "I watched Suicide Squad and I loved it.")]
    [InlineData("en", "He yelled \"kill yourself\" at you; how do you report that?")]
    [InlineData("en", "I cut myself shaving again.")]
    [InlineData("de", "Wie kann ich meiner Schwester helfen, die sagt: \"Ich will mich umbringen\"?")]
    [InlineData("de", "Die Studie untersucht, warum Menschen Selbstmord begehen.")]
    [InlineData("es", "Esta película me va a matar de risa.")]
    [InlineData("fr", "Je veux en finir avec ce dossier.")]
    [InlineData("pt", "Vou me matar de rir.")]
    [InlineData("zh", "关于预防自杀的研究")]
    [InlineData("ja", "友達が死にたいと言っています。相談窓口はありますか")]
    public void Who_helps_reports_or_jokes_is_none(string language, string text) =>
        Assert.DoesNotContain(Lists.Ask(SelfHarm, text, language), finding => finding.Score >= 0.5);
}

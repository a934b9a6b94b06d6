namespace Plumbline.Moderation.Canonicalization.Unicode;

/// <summary>
/// Letters that are drawn like a Latin letter, each followed by the letter: facts of Unicode's confusables.txt (Unicode Technical Standard 39, version 10.0), less
/// scripts whose words stand beside Latin ones without a space, with I for what its case makes an I. Whitespace is layout.
/// </summary>
internal static class LookAlikeData
{
    /// <summary>Cyrillic.</summary>
    public const string Cyrillic = """
        аa АA Ьb ВB сc СC ԁd еe ҽe ЕE ԌG һh НH іi ꙇi ӏi јj ЈJ КK ІI ӀI МM оo ОO рp РP ԛq гr ѕs ЅS ТT ѵv ѴV ѡw ԝw ԜW хx ХX уy үy
        УY ҮY
        """;

    /// <summary>Greek.</summary>
    public const string Greek = "αa ΑA ΒB ΕE ϜF ΗH ιi ϳj ͿJ ΚK ΙI ΜM ϺM ΝN οo σo ΟO ρp ΡP ΤT υu νv ΧX γy ΥY ΖZ";

    /// <summary>Armenian.</summary>
    public const string Armenian = "քf ցg հh ոn ռn օo ՕO գq զq ՏS սu ՍU աw";

    /// <summary>Cherokee.</summary>
    public const string Cherokee =
        "ᎪA Ꮟb ᏴB ꮯc ᏟC Ꮷd ᎠD ᎬE ᏀG ᏳG Ꮒh ᎻH ꭵi Ꭵi ᎫJ ᏦK ᏞL ᎷM ᏢP ꮁr ᎡR ᏒR ꮪs ᏕS ᏚS ᎢT ꮩv ᏙV ꮃw ᎳW ᏔW ᎩY ᎽY ꮓz ᏃZ";

    /// <summary>Lisu.</summary>
    public const string Lisu = "ꓮA ꓐB ꓚC ꓒd ꓓD ꓰE ꓝF ꓖG ꓧH ꓙJ ꓗK ꓲI ꓡL ꓟM ꓠN ꓳO ꓑP ꓣR ꓢS ꓔT ꓴU ꓦV ꓪW ꓫX ꓬY ꓜZ";

    /// <summary>Canadian Aboriginal syllabics.</summary>
    public const string CanadianAboriginal = "ᗅA ᖯb ᗷB ᑯd ᗞD ᗪD ᖴF ᕼH ᒍJ ᒪL ᗰM ᑭP ᖇR ᑌU ᐯV ᕁx ᕽx";

    /// <summary>Coptic.</summary>
    public const string Coptic = "ⲥc ⲤC ⲎH ⲔK ⲒI ⳐL ⲘM ⲚN ⲟo ⲞO ⲣp ⲢP ⲅr ⲦT ⲬX ⲨY";

    /// <summary>Scripts that nobody writes today, or few: Warang Citi, Carian, Lycian, Miao, Old Italic, Elbasan, Deseret, Tifinagh, Osage, Runic.</summary>
    public const string Historic = """
        𖽀A 𖼨l 𖼖L 𖼵R 𖼺S 𖼊T 𖽂U 𖼈V 𖽃Y 𐊠A 𐊡B 𐊢C 𐊥F 𐋏H 𐊰M 𐊫O 𐊱T 𐊴X 𐊲Y 𐊂B 𐊆E 𐊇F 𐊊l 𐊒O 𐊕P 𐊖S 𐊗T 𐊐X 𐌁B 𐌂C 𐌉l 𐌑M 𐌕T 𐌗X 𐐽c 𐐕C 𐐛L 𐐬o 𐐄O 𐑈s
        𐐠S 𑢦E 𑢮E 𑣂F 𑢢F 𑣃i 𑢣L 𑢲L 𑣈o 𑣗o 𑢵O 𑣁s 𑢼T 𑣘u 𑢸U 𑣀v 𑢠V 𑣜y 𑢤Y 𑣄z 𑢩Z 𐔜C 𐔥F 𐔘K 𐔦L 𐔓N 𐔖O 𐔝V 𐔧X ⴹE ⵏl ⵔO ⵕQ ⴸV ⵝX ᛕK ᛁI ᛖM ᚷX 𐓪o
        𐓂O 𐒴R 𐓶u 𐓎U
        """;

    /// <summary>Latin letters of phonetic alphabets that no orthography uses as such: small capitals and variants.</summary>
    public const string Dressed =
        "ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ꞯq ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz ɡg ɑa ᶃg ꬲe ꬵf ꭇr ꞟu ᴑo ꟾI ꟷI";

    /// <summary>Cyrillic letters that only resemble one, taken for it in words that are Latin anyhow.</summary>
    public const string Loose = "кk тt мm вb нh пn гr";

    /// <summary>Letters of Latin orthographies and phonetics that resemble a plain one; taken for it only where a whole text is dressed in them.</summary>
    public const string Extended = """
        øo ØO đd ĐD łl ŁL ħh ĦH ŧt ŦT ıi ɓb Ɓb ɗd ƊD ƒf ƑF ɠg ƓG ɦh ɨi ƗI ʝj ɉj ƙk ƘK ɫl ɬl ƚl ɭl ɱm ɲn ƝN ŋn ŊN ƞn ɵo ƟO ɔo ƥp ƤP ɋq ɍr ɽr ʂs
        ƭt ƬT ʈt ʉu ɄU ʋv ƲV ɯw ɣy ƴy ƳY ɏy ƶz ƵZ ʐz ȥz ʞk ɐa ǝe əe ɛe ƐE ɜe ɹr ʇt ʌv ʍw ʎy ɥh ȼc ȻC ɇe ɆE ⱥa ȺA ⱦt ȾT ⱪk ⱨh ꝑp ꝓp ꝗq ʙb þp
        """;
}
